import { expect, test } from 'vitest';
import { recorded } from './recorded.ts';
import { Recorder } from './recorder.ts';

test('what each function returns is kept under its name, whole or what is kept of it', async () => {
  const recorder = new Recorder();
  const observe = recorded(
    recorder,
    { rows: async (limit: number) => [limit, limit + 1], payloads: async () => ['of the household'] },
    { payloads: (seen) => ({ count: seen.length }) },
  );
  expect(await observe.rows(3)).toEqual([3, 4]);
  expect(await observe.payloads()).toEqual(['of the household']);
  expect(recorder.evidence).toEqual({ rows: [3, 4], payloads: { count: 1 } });
});

test('what a function waits for is told by its name, and its error is its own', async () => {
  const recorder = new Recorder();
  const observe = recorded(recorder, {
    hangs: () => new Promise<never>(() => {}),
    fails: async () => {
      throw new Error('refused');
    },
  });
  void observe.hangs();
  await expect(observe.fails()).rejects.toThrow('refused');
  expect(recorder.progress).toContain('still waiting for: hangs');
});
