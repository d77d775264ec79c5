import { parseArgs } from 'node:util';
import { type IClientOptions, MqttClient } from 'mqtt';
import type { ContainerContext } from '../program.ts';

/** What mosquitto_sub and mosquitto_pub ended with: a line on standard error and mosquitto's exit code. */
export class MosquittoError extends Error {
  override readonly name = 'MosquittoError';
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The flags that both programs share, by their letters. */
export function parseFlags(argv: readonly string[]) {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      host: { type: 'string', short: 'h', default: 'localhost' },
      port: { type: 'string', short: 'p', default: '1883' },
      topic: { type: 'string', short: 't', multiple: true, default: [] },
      username: { type: 'string', short: 'u' },
      pw: { type: 'string', short: 'P' },
      id: { type: 'string', short: 'i' },
      qos: { type: 'string', short: 'q', default: '0' },
      count: { type: 'string', short: 'C' },
      wait: { type: 'string', short: 'W' },
      verbose: { type: 'boolean', short: 'v', default: false },
      message: { type: 'string', short: 'm' },
      'null-message': { type: 'boolean', short: 'n', default: false },
      retain: { type: 'boolean', short: 'r', default: false },
    },
  });
  return values;
}

export type Flags = ReturnType<typeof parseFlags>;

export function qosOf(flags: Flags): 0 | 1 | 2 {
  if (flags.qos === '1') return 1;
  return flags.qos === '2' ? 2 : 0;
}

/** A connected client. Throws MosquittoError in the words of the real programs when it is refused. */
export async function connect(flags: Flags, context: ContainerContext): Promise<MqttClient> {
  const socket = await context.dial(flags.host, Number(flags.port)).catch(() => {
    throw new MosquittoError('Error: Connection refused', 1);
  });
  const options: IClientOptions = {
    protocolVersion: 4,
    reconnectPeriod: 0,
    connectTimeout: 10_000,
    clean: true,
    clientId: flags.id ?? `mosq-${Math.random().toString(36).slice(2, 12)}`,
    ...(flags.username === undefined ? {} : { username: flags.username }),
    ...(flags.pw === undefined ? {} : { password: flags.pw }),
  };
  const client = new MqttClient(() => socket, options);
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', (error) => reject(refusal(error)));
    client.once('close', () => reject(new MosquittoError('Error: The connection was lost.', 7)));
  });
  client.on('error', () => {});
  return client;
}

/** A broker that refuses says so by a return code; any other error is one of the connection. */
function refusal(error: Error): MosquittoError {
  const notAuthorised = 5;
  return 'code' in error && error.code === notAuthorised
    ? new MosquittoError('Connection error: Connection Refused: not authorised.', 5)
    : new MosquittoError('Error: The connection was lost.', 7);
}
