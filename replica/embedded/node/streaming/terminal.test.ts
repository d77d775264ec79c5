import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { openTerminal } from './terminal.ts';

function terminal() {
  const client = {
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    signal: new AbortController().signal,
  };
  return { client, program: openTerminal(client) };
}

test('hands over lines, echoed and corrected, with line feeds for carriage returns', () => {
  const { client, program } = terminal();
  client.stdin.write('selct\x7f\x7fect 1;\r');
  client.stdin.write('\x04');
  expect(String(program.stdin.read())).toBe('select 1;\n');
  expect(String(client.stdout.read())).toBe('selct\b \b\b \bect 1;\r\n');
  expect(program.stdin.read()).toBeNull();
});

test('interrupts at ctrl-C', () => {
  const { client, program } = terminal();
  client.stdin.write('\x03');
  expect(program.signal.aborted).toBe(true);
});

test('returns the carriage at each line of output, once, and leaves other bytes alone', () => {
  const { client, program } = terminal();
  program.stdout.write('a\nb\r\n');
  program.stderr.write(Buffer.from('é').subarray(0, 1));
  program.stderr.write(Buffer.from('é').subarray(1));
  expect(String(client.stdout.read())).toBe('a\r\nb\r\né');
});
