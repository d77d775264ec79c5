import { once } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Exec, type KubeConfig, type V1Status } from '@kubernetes/client-node';
import type WebSocket from 'ws';
import { unobservable } from '../target/errors.ts';
import { mask } from '../target/mask.ts';
import { Unobservable } from '../unobservable.ts';

/** A command in a pod that did not end well; the message quotes what it said of that. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}

export interface PodCommand {
  readonly kubeConfig: KubeConfig;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly argv: readonly string[];
  /** Takes what the command writes; the pod is read no faster than this is. Ended when the command ended well, else destroyed. */
  readonly stdout: Writable;
  /** What the command reads, sent no faster than the connection takes it. */
  readonly stdin?: Readable;
  readonly signal: AbortSignal;
}

/** What is kept of a command's complaints, from their end. */
const saidCharacters = 4_000;
/** Bytes that may wait to be sent. */
const waitingBytes = 4 * 2 ** 20;

/**
 * Runs a command in a container over exec; resolves with what it wrote to standard error once it has ended well.
 * Throws `CommandFailed` when it ended with another code than 0 or the connection was cut off before it had ended,
 * `Unobservable` when it could not be begun, and the abort reason of `signal`.
 */
export async function runInPod(command: PodCommand): Promise<string> {
  const { kubeConfig, namespace, pod, container, argv, stdout, stdin, signal } = command;
  signal.throwIfAborted();
  const what = `${argv[0]} in pod ${namespace}/${pod}`;
  const connection = Promise.withResolvers<WebSocket>();
  connection.promise.catch(() => {});
  const ended = Promise.withResolvers<V1Status>();
  const said = new Kept();
  const output = paced(stdout, connection.promise);
  const input = stdin === undefined ? null : Readable.from(pacedInput(stdin, connection.promise));
  const over = new AbortController();
  try {
    const exec = new Exec(kubeConfig);
    const begun = exec.exec(namespace, pod, container, [...argv], output, said, input, false, ended.resolve);
    connection.resolve(
      (await begun.catch((error: unknown) => {
        throw notBegun(error, what);
      })) as WebSocket,
    );
    const websocket = await connection.promise;
    // A server of before Kubernetes 1.30 has no word for the end of the input: the command would wait for more.
    if (stdin !== undefined && websocket.protocol !== 'v5.channel.k8s.io') {
      throw new Unobservable(
        'unsupported',
        `${what}: the API server speaks ${websocket.protocol}, which cannot end a command's input`,
        {
          hint: 'use kubectl exec -i',
        },
      );
    }
    const status = await Promise.race([
      ended.promise,
      once(websocket, 'close', over).then(() => ({
        status: 'Cut',
        message: 'the connection was cut off before it ended',
      })),
      once(signal, 'abort', over).then(() => ({ status: 'Aborted', message: '' })),
      // The reader has failed.
      finished(stdout, { ...over, readable: false }).then(() => ended.promise),
    ]);
    signal.throwIfAborted();
    if (status.status !== 'Success') throw new CommandFailed(mask(`${what}: ${said.text || status.message}`));
    await finished(output);
    return mask(said.text);
  } catch (error) {
    stdout.destroy();
    throw error;
  } finally {
    over.abort();
    connection.promise.then(
      (websocket) => websocket.terminate(),
      () => {},
    );
  }
}

/** The library rejects with an event, which holds the error. */
function notBegun(error: unknown, what: string): Unobservable {
  const inner = (error as { error?: unknown }).error ?? error;
  const [, answer] = /Unexpected server response: (\d+)/.exec(String(inner)) ?? [];
  if (answer === '403') {
    const hint =
      'the account needs the verbs get and create on pods/exec there: backups are made with an account of your own';
    return new Unobservable('forbidden', `${what}: exec is forbidden`, { hint });
  }
  if (answer === '404') return new Unobservable('no-ready-pod', `${what}: the pod is gone`);
  return unobservable(inner, what);
}

/** A stream that holds the connection while `stdout` is behind: the library itself waits for nobody. */
function paced(stdout: Writable, connection: Promise<WebSocket>): Writable {
  let isBehind = false;
  const hold = (websocket: WebSocket) => {
    isBehind = stdout.writableNeedDrain;
    if (!isBehind) return;
    websocket.pause();
    stdout.once('drain', () => {
      isBehind = false;
      websocket.resume();
    });
  };
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      // What had arrived before the connection was held still comes.
      if (!stdout.write(chunk) && !isBehind) {
        isBehind = true;
        connection.then(hold, () => {});
      }
      done();
    },
    final(done) {
      stdout.end(() => done());
    },
  });
}

async function* pacedInput(stdin: Readable, connection: Promise<WebSocket>): AsyncGenerator<Buffer> {
  const websocket = await connection;
  for await (const chunk of stdin) {
    yield chunk;
    while (websocket.bufferedAmount > waitingBytes && websocket.readyState === websocket.OPEN) await sleep(5);
  }
}

/** The end of what was written. */
class Kept extends Writable {
  #text = '';

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#text = (this.#text + chunk.toString('utf8')).slice(-saidCharacters);
    done();
  }

  get text(): string {
    return this.#text.trim();
  }
}
