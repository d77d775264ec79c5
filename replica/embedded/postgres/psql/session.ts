import type { Duplex } from 'node:stream';
import { errorFields, FrameReader, message, simpleQuery, startupCodes } from '../protocol.ts';

/** The fields of an error or a notice by their letter: S severity, M message, P position, D detail, H hint. */
export type ServerWords = Readonly<Record<string, string>>;

/** What a server answers to a query, one message after the other. */
export type Answer =
  | { readonly type: 'columns'; readonly columns: readonly { readonly name: string; readonly typeId: number }[] }
  | { readonly type: 'row'; readonly cells: readonly (string | null)[] }
  | { readonly type: 'complete'; readonly tag: string }
  | { readonly type: 'copied'; readonly bytes: Buffer }
  | { readonly type: 'notice' | 'error'; readonly words: ServerWords };

/** Refused before the first query: the server's FATAL. */
export class ConnectionRefused extends Error {
  override readonly name = 'ConnectionRefused';
}

interface ConnectOptions {
  readonly user: string;
  readonly database: string;
  readonly password: string;
}

/**
 * A connection as psql needs it: simple queries, and everything that comes back, in order. A client library keeps
 * neither a command's whole tag nor the results before an error.
 */
export class Session {
  readonly #socket: Duplex;
  readonly #reader = new FrameReader();
  readonly #chunks: AsyncIterator<Buffer>;
  readonly serverVersion: string;
  readonly user: string;
  readonly database: string;
  #status: 'I' | 'T' | 'E' = 'I';

  private constructor(socket: Duplex, reading: AsyncIterator<Buffer>, options: ConnectOptions, serverVersion: string) {
    this.#socket = socket;
    this.#chunks = reading;
    this.user = options.user;
    this.database = options.database;
    this.serverVersion = serverVersion;
  }

  /** Throws ConnectionRefused with the server's words. */
  static async connect(socket: Duplex, options: ConnectOptions): Promise<Session> {
    socket.on('error', () => {}); // Shows as the end of what is read.
    const chunks = socket[Symbol.asyncIterator]();
    const session = new Session(socket, chunks, options, '17.5');
    socket.write(startup(options));
    for (;;) {
      const frame = await session.#next();
      if (!frame) throw new ConnectionRefused('server closed the connection unexpectedly');
      const type = String.fromCharCode(frame[0] ?? 0);
      if (type === 'R' && frame.readInt32BE(5) === 3) socket.write(message('p', Buffer.from(`${options.password}\0`)));
      else if (type === 'E') throw new ConnectionRefused(`FATAL:  ${errorFields(frame).M}`);
      else if (type === 'Z') return session;
    }
  }

  /** idle, in a transaction, or in one that has failed. */
  get status(): 'I' | 'T' | 'E' {
    return this.#status;
  }

  /** Sends one query string, of one statement or several. Throws when the server goes away. */
  async *query(sql: string): AsyncGenerator<Answer> {
    this.#socket.write(simpleQuery(sql));
    for (;;) {
      const frame = await this.#next();
      if (!frame) throw new ConnectionRefused('server closed the connection unexpectedly');
      const type = String.fromCharCode(frame[0] ?? 0);
      if (type === 'Z') {
        this.#status = String.fromCharCode(frame[5] ?? 0) as 'I' | 'T' | 'E';
        return;
      }
      const answer = answerOf(type, frame);
      if (answer) yield answer;
    }
  }

  close(): void {
    this.#socket.end(message('X'));
  }

  async #next(): Promise<Buffer | undefined> {
    for (;;) {
      const frame = this.#reader.message();
      if (frame) return frame;
      const chunk = await this.#chunks.next().catch(() => ({ done: true as const, value: undefined }));
      if (chunk.done) return undefined;
      this.#reader.push(chunk.value);
    }
  }
}

function startup({ user, database }: ConnectOptions): Buffer {
  const parameters = Buffer.from(`user\0${user}\0database\0${database}\0application_name\0psql\0\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(8 + parameters.length, 0);
  head.writeInt32BE(startupCodes.version3, 4);
  return Buffer.concat([head, parameters]);
}

function answerOf(type: string, frame: Buffer): Answer | undefined {
  switch (type) {
    case 'T':
      return { type: 'columns', columns: columnsOf(frame) };
    case 'D':
      return { type: 'row', cells: cellsOf(frame) };
    case 'C':
      return { type: 'complete', tag: frame.subarray(5, -1).toString('utf8') };
    case 'd':
      return { type: 'copied', bytes: frame.subarray(5) };
    case 'N':
      return { type: 'notice', words: errorFields(frame) };
    case 'E':
      return { type: 'error', words: errorFields(frame) };
    default:
      return undefined;
  }
}

function columnsOf(frame: Buffer): { name: string; typeId: number }[] {
  const columns: { name: string; typeId: number }[] = [];
  let at = 7;
  for (let left = frame.readInt16BE(5); left > 0; left--) {
    const end = frame.indexOf(0, at);
    columns.push({ name: frame.subarray(at, end).toString('utf8'), typeId: frame.readInt32BE(end + 7) });
    at = end + 19;
  }
  return columns;
}

function cellsOf(frame: Buffer): (string | null)[] {
  const cells: (string | null)[] = [];
  let at = 7;
  for (let left = frame.readInt16BE(5); left > 0; left--) {
    const length = frame.readInt32BE(at);
    at += 4;
    cells.push(length < 0 ? null : frame.subarray(at, at + length).toString('utf8'));
    at += Math.max(0, length);
  }
  return cells;
}
