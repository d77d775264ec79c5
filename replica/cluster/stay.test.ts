import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';

test('a process that only waits for its signal stays until the signal comes', async () => {
  const script = `
    const { stay } = await import(process.argv[1]);
    const stopping = new AbortController();
    process.once('SIGTERM', () => stopping.abort());
    console.log('waiting');
    await stay(stopping.signal);
    console.log('over');`;
  const module = new URL('./stay.ts', import.meta.url).href;
  const args = ['--input-type=module', '-e', script, module];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const said: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const ended = once(child, 'close');
  try {
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(said.join('')).toBe('waiting\nover\n');
  } finally {
    child.kill('SIGKILL');
  }
});
