import { PassThrough, type Readable, Transform, type Writable } from 'node:stream';

interface TerminalIo {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Aborts when the client leaves or presses ctrl-C. */
  readonly signal: AbortSignal;
}

const ctrlC = 0x03;
const ctrlD = 0x04;
const erase = new Set([0x08, 0x7f]);
const carriageReturn = 0x0d;
const lineFeed = 0x0a;

/**
 * What a pseudo-terminal does between a client's raw keyboard and a program: input by lines, with echo, erase, end of
 * input (ctrl-D) and interrupt (ctrl-C); output with carriage returns; errors among the output.
 */
export function openTerminal(client: TerminalIo): TerminalIo {
  const stdout = new Transform({
    // Byte for byte, so that a character cut in two by a chunk stays what it is.
    transform: (chunk: Buffer, _encoding, done) =>
      done(null, Buffer.from(chunk.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1')),
  });
  const interrupt = new AbortController();
  const stdin = new PassThrough();
  let line: number[] = [];
  const press = (key: number) => {
    if (key === ctrlC) {
      client.stdout.write('^C\r\n');
      interrupt.abort();
      stdin.end();
    } else if (key === ctrlD && line.length === 0) stdin.end();
    else if (key === carriageReturn || key === lineFeed) {
      client.stdout.write('\r\n');
      stdin.write(Buffer.from([...line, lineFeed]));
      line = [];
    } else if (erase.has(key)) {
      if (line.pop() !== undefined) client.stdout.write('\b \b');
    } else {
      client.stdout.write(Buffer.from([key]));
      line.push(key);
    }
  };
  client.stdin.on('data', (chunk: Buffer) => {
    for (const key of chunk) if (!stdin.writableEnded) press(key);
  });
  client.stdin.on('end', () => stdin.end());
  stdout.pipe(client.stdout);
  return { stdin, stdout, stderr: stdout, signal: AbortSignal.any([client.signal, interrupt.signal]) };
}
