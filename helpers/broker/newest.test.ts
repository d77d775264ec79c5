import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newestTime } from './newest.ts';

const now = Date.parse('2026-11-24T03:00:00Z');

async function search(newest: number | undefined) {
  let questions = 0;
  let waits = 0;
  let open = 0;
  const found = await newestTime(async (time) => {
    questions += 1;
    if (open === 0) waits += 1;
    open += 1;
    await Promise.resolve();
    open -= 1;
    return newest !== undefined && newest >= time;
  }, now);
  return { found, questions, waits };
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
  ['10 s', 10, 40, 6],
  ['an hour', 3600, 65, 10],
  ['a day', 86_400, 80, 13],
  ['eight days', 8 * 86_400, 90, 14],
])('a record of %s takes few questions, and few waits for their answers', async (_, ageSeconds, questions, waits) => {
  const took = await search(now - ageSeconds * 1000);
  expect(took.questions).toBeLessThanOrEqual(questions);
  expect(took.waits).toBeLessThanOrEqual(waits);
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
