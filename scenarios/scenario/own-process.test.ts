import { expect, test } from 'vitest';
import { ownProcess } from './own-process.ts';

const script = (text: string) => ['--input-type=module', '--eval', text];

test('both outputs are handed on line by line, and the exit code is told', async () => {
  const lines: string[] = [];
  const text =
    "process.stdout.write('be'); console.log('gan\\nsecond'); console.error('went wrong'); process.exitCode = 3;";
  const code = await ownProcess(script(text), new AbortController().signal, (line) => lines.push(line));
  expect(code).toBe(3);
  expect(lines.toSorted()).toEqual(['began', 'second', 'went wrong']);
});

test('an abort reaches it as ctrl-C, and what it takes back is waited for', async () => {
  const abort = new AbortController();
  const lines: string[] = [];
  const text = `
    process.once('SIGINT', () => setTimeout(() => { console.log('taken back'); process.exit(130); }, 50));
    setInterval(() => {}, 1000);
    console.log('planted');`;
  const code = await ownProcess(script(text), abort.signal, (line) => {
    lines.push(line);
    if (line === 'planted') abort.abort();
  });
  expect(code).toBe(130);
  expect(lines).toEqual(['planted', 'taken back']);
});
