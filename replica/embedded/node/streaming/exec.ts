import { once } from 'node:events';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Kubelet, PodRef } from '../kubelet.ts';
import { openTerminal } from './terminal.ts';

/** How long a client may take to say its terminal's size. */
const sizeMs = 250;

/** The byte streams between a client and a command; those it did not ask for are missing. */
export interface RemoteStreams {
  readonly stdin: Readable | undefined;
  readonly stdout: Writable | undefined;
  readonly stderr: Writable | undefined;
  /** Says how large the client's terminal is. */
  readonly resize: Readable | undefined;
  /** Takes the outcome, a Status object in JSON. */
  readonly error: Writable;
}

export interface RemoteCommand {
  readonly kubelet: Kubelet;
  readonly target: PodRef & { readonly container: string };
  readonly argv: readonly string[];
  readonly tty: boolean;
}

/** Runs a command for a client and writes how it ended; resolves when everything is written. `signal`: the client left. */
export async function serveExec(streams: RemoteStreams, command: RemoteCommand, signal: AbortSignal): Promise<void> {
  const plain = {
    stdin: streams.stdin ?? emptyInput(),
    stdout: streams.stdout ?? discard(),
    stderr: streams.stderr ?? discard(),
    signal,
  };
  if (command.tty && streams.resize) await announced(streams.resize);
  const io = command.tty ? openTerminal(plain) : plain;
  const outcome = await command.kubelet
    .exec(
      command.target,
      command.argv,
      { stdin: io.stdin, stdout: io.stdout, stderr: io.stderr, tty: command.tty },
      io.signal,
    )
    .then(exitStatus, failureStatus);
  await finish(streams, io.stdout, outcome);
}

/** Shows a client what a container writes from now on, until it ends or the client leaves. */
export async function serveAttach(
  streams: RemoteStreams,
  command: Omit<RemoteCommand, 'argv'>,
  signal: AbortSignal,
): Promise<void> {
  const stdout = streams.stdout ?? discard();
  streams.resize?.resume();
  let outcome: object = { metadata: {}, status: 'Success' };
  try {
    const options = { follow: true, previous: false, timestamps: false, tailLines: 0 };
    for await (const line of command.kubelet.logs(command.target, options, signal)) {
      if (!stdout.write(`${line}${command.tty ? '\r\n' : '\n'}`)) await drained(stdout);
    }
  } catch (error) {
    outcome = failureStatus(error);
  }
  await finish(streams, stdout, outcome);
}

/**
 * A client with a terminal says its size first, and old ones print an error when they cannot say it any more; no
 * container starts a command as fast as the replica.
 */
async function announced(resize: Readable): Promise<void> {
  const patience = AbortSignal.timeout(sizeMs);
  await once(resize, 'data', { signal: patience }).catch(() => {});
  resize.resume();
}

async function finish(streams: RemoteStreams, stdout: Writable, outcome: object): Promise<void> {
  stdout.end();
  streams.stderr?.end();
  // The outcome comes after all output, for clients that stop reading at it.
  const outputs = [streams.stdout, streams.stderr].flatMap((each) =>
    each ? [finished(each, { readable: false })] : [],
  );
  await Promise.allSettled(outputs);
  streams.error.end(JSON.stringify(outcome));
  await finished(streams.error, { readable: false }).catch(() => {});
}

/** As a kubelet words it: clients take the exit code from the details. */
function exitStatus(exitCode: number): object {
  if (exitCode === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: command terminated with exit code ${exitCode}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  };
}

function failureStatus(error: unknown): object {
  const { message, code = 500, reason = 'InternalError' } = error as Error & { code?: number; reason?: string };
  return { metadata: {}, status: 'Failure', message, reason, code, details: { causes: [{ message }] } };
}

function emptyInput(): Readable {
  return new PassThrough().end();
}

function discard(): Writable {
  return new PassThrough().resume();
}

/** Resolves also when the stream has closed: its writer will notice by itself. */
function drained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off('drain', done);
      stream.off('close', done);
      resolve();
    };
    stream.on('drain', done);
    stream.on('close', done);
  });
}
