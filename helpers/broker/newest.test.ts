import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newestTime } from './newest.ts';

const now = Date.parse('2026-11-24T03:00:00Z');

async function search(newest: number | undefined) {
  let questions = 0;
  const found = await newestTime(async (time) => {
    questions += 1;
    return newest !== undefined && newest >= time;
  }, now);
  return { found, questions };
}

test('finds the newest time to the millisecond, wherever it lies', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: now * 2 }), async (newest) => {
      expect((await search(newest)).found).toBe(newest);
    }),
  );
});

test('no record has no time', async () => {
  expect((await search(undefined)).found).toBeUndefined();
});

test.each([
  ['10 s', 10, 20],
  ['an hour', 3600, 40],
  ['eight days', 8 * 86_400, 55],
])('a record of %s takes few questions', async (_, ageSeconds, atMost) => {
  expect((await search(now - ageSeconds * 1000)).questions).toBeLessThanOrEqual(atMost);
});

test('records that are deleted while they are looked for are none', async () => {
  const now = Date.UTC(2026, 10, 24);
  let asked = 0;
  const isRecordSince = async (time: number) => {
    asked += 1;
    return asked <= 35 && time <= now - 8 * 86_400_000;
  };
  expect(await newestTime(isRecordSince, now)).toBeUndefined();
});
