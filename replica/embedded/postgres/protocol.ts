/** Framing of the PostgreSQL wire protocol, version 3 (PostgreSQL documentation, "Message Formats"). */
const text = (value: string) => Buffer.from(`${value}\0`);

/** One backend message: type byte, length, body. */
export function message(type: string, body: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

export interface ServerError {
  readonly severity: 'ERROR' | 'FATAL';
  readonly code: string;
  readonly message: string;
}

export function errorResponse({ severity, code, message: words }: ServerError): Buffer {
  const fields = [`S${severity}`, `V${severity}`, `C${code}`, `M${words}`].map(text);
  return message('E', Buffer.concat([...fields, Buffer.from([0])]));
}

/** What a statement without rows of its own is answered with: `COMMIT`. */
export function commandComplete(tag: string): Buffer {
  return message('C', text(tag));
}

/** ReadyForQuery: I idle, T in a transaction, E in a failed one. */
export function readyForQuery(status: 'I' | 'T' | 'E'): Buffer {
  return message('Z', Buffer.from(status));
}

/** What a server sends once the client is who it says it is. */
export function greeting(processId: number, serverVersion: string): Buffer {
  const parameters = {
    server_version: serverVersion,
    server_encoding: 'UTF8',
    client_encoding: 'UTF8',
    DateStyle: 'ISO, MDY',
    integer_datetimes: 'on',
    standard_conforming_strings: 'on',
    TimeZone: 'UTC',
  };
  const key = Buffer.alloc(8);
  key.writeInt32BE(processId, 0);
  return Buffer.concat([
    authentication(0),
    ...Object.entries(parameters).map(([name, value]) => message('S', Buffer.concat([text(name), text(value)]))),
    message('K', key),
    readyForQuery('I'),
  ]);
}

/** Authentication request: 0 accepted, 3 wants the password in clear (the connection never leaves this machine). */
export function authentication(method: 0 | 3): Buffer {
  const body = Buffer.alloc(4);
  body.writeInt32BE(method, 0);
  return message('R', body);
}

/** A simple query, as a client would send it. */
export function simpleQuery(sql: string): Buffer {
  return message('Q', text(sql));
}

export interface Startup {
  readonly code: number;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Protocol version 3.0, the requests that may come before it, and the replica's own: where the client comes from. */
export const startupCodes = {
  version3: 196608,
  cancel: 80877102,
  ssl: 80877103,
  gss: 80877104,
  peer: 0x7065_6572,
} as const;

/** Tells the front whom it will speak to: its process sees the replica's socket, never the pod's. */
export function peerPacket(address: string): Buffer {
  const body = text(`address\0${address}\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(body.length + 8, 0);
  head.writeInt32BE(startupCodes.peer, 4);
  return Buffer.concat([head, body]);
}

/** A simple query or a Parse message with its statement changed; any other message as it is. */
export function withStatement(frame: Buffer, change: (statement: string) => string): Buffer {
  const type = String.fromCharCode(frame[0] ?? 0);
  const body = frame.subarray(5);
  if (type === 'Q') return message('Q', text(change(body.subarray(0, -1).toString('utf8'))));
  if (type !== 'P') return frame;
  const [name = '', statement = ''] = body.toString('utf8').split('\0');
  const rest = body.subarray(Buffer.byteLength(name) + Buffer.byteLength(statement) + 2);
  return message('P', Buffer.concat([text(name), text(change(statement)), rest]));
}

/** Splits what a client sends into start-up packets (until told otherwise) and typed messages. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): void {
    this.#rest = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
  }

  /** The next start-up packet, or undefined until it is complete. */
  startup(): Startup | undefined {
    if (this.#rest.length < 8 || this.#rest.length < this.#rest.readInt32BE(0)) return undefined;
    const length = this.#rest.readInt32BE(0);
    const code = this.#rest.readInt32BE(4);
    const words = this.#rest.subarray(8, length).toString('utf8').split('\0');
    this.#rest = this.#rest.subarray(length);
    const parameters: Record<string, string> = {};
    for (let index = 0; index + 1 < words.length; index += 2) {
      const [name, value] = [words[index], words[index + 1]];
      if (name && value !== undefined) parameters[name] = value;
    }
    return { code, parameters };
  }

  /** The next typed message, whole, or undefined until it is complete. */
  message(): Buffer | undefined {
    if (this.#rest.length < 5) return undefined;
    const length = 1 + this.#rest.readInt32BE(1);
    if (this.#rest.length < length) return undefined;
    const frame = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return frame;
  }
}

/** The messages in a reply of the server, each whole. */
export function* frames(reply: Buffer): Generator<Buffer> {
  for (let at = 0; at + 5 <= reply.length; ) {
    const length = 1 + reply.readInt32BE(at + 1);
    yield reply.subarray(at, at + length);
    at += length;
  }
}

/** The fields of an ErrorResponse by their letter: S severity, C code, M message, P position. */
export function errorFields(frame: Buffer): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {};
  for (const field of frame.subarray(5).toString('utf8').split('\0')) {
    if (field.length > 0) fields[field.charAt(0)] = field.slice(1);
  }
  return fields;
}

/** The words of a simple query or a Parse message, for the server's log. */
export function statementOf(batch: readonly Buffer[]): string | undefined {
  for (const frame of batch) {
    const type = String.fromCharCode(frame[0] ?? 0);
    if (type === 'Q') return frame.subarray(5, -1).toString('utf8');
    if (type === 'P') return frame.subarray(5).toString('utf8').split('\0')[1];
  }
  return undefined;
}
