import { expect, test } from 'vitest';
import { once, onceEach } from './once.ts';

test('made once, for all who ask', async () => {
  let made = 0;
  const ask = once(async () => ++made);
  expect(await Promise.all([ask(), ask()])).toEqual([1, 1]);
});

test('a failure is not tried again', async () => {
  let tried = 0;
  const ask = once(async () => {
    tried += 1;
    throw new Error('refused');
  });
  await expect(ask()).rejects.toThrow('refused');
  await expect(ask()).rejects.toThrow('refused');
  expect(tried).toBe(1);
});

test('made once for each key', async () => {
  const made: string[] = [];
  const ask = onceEach(async (key: string) => made.push(key));
  await Promise.all([ask('a'), ask('b'), ask('a')]);
  expect(made).toEqual(['a', 'b']);
});
