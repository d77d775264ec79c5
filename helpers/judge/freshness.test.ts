import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeTablesFresh, judgeTopicsFresh } from './freshness.ts';
import { ago, migration, rows, seen, topic, topics, unseen } from './testing/samples.ts';

const energy = 'homelab-energy-realtime';
const aged = (seconds: number) => ({ newestAt: ago(seconds), newestAgeSeconds: seconds });
const judgeTopic = (change: Parameters<typeof topic>[1], config = migration) =>
  judgeTopicsFresh(seen(...topics((name) => (name === energy ? (change ?? {}) : {}))), config);

describe('topics', () => {
  test('fresh pass, with how old they are', () => {
    expect(judgeTopic({})).toMatchObject({ kind: 'pass', summary: '4 topics fresh: newest 5 s old' });
  });

  test('each is held to the limit of its own stream, the limit itself excluded', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), (seconds) => {
        const verdict = judgeTopicsFresh(seen(...topics(() => aged(seconds))), migration);
        const stale = Object.values(migration.new.streams).some(({ freshness }) => seconds >= freshness);
        expect(verdict.kind).toBe(stale ? 'fail' : 'pass');
      }),
    );
  });

  test.each([
    ['silent', aged(400), 'newest record 6 min 40 s old, limit 5 min'],
    ['no record', { partitions: [{ partition: 0, lowOffset: 7, highOffset: 7 }] }, 'holds no record'],
    [
      'missing',
      { exists: false, foundInstead: ['homelab-energy'], partitions: [] },
      'does not exist; found instead: homelab-energy',
    ],
    ['from the future', aged(-90), '1 min 30 s ahead of the clock'],
  ])('%s fails', (_, change, observed) => {
    const verdict = judgeTopic(change);
    expect(verdict.kind).toBe('fail');
    expect(verdict.observed).toContain(observed);
    expect(verdict.look).toMatch(/^kubectl exec -n redpanda-v2 /);
  });

  test.each([
    [299.9, 'pass'],
    [300, 'fail'],
  ])('%d s of 300: %s', (seconds, kind) => expect(judgeTopic(aged(seconds)).kind).toBe(kind));

  test('silent says since when', () => expect(judgeTopic(aged(400)).since).toBe(ago(400)));

  test('a little ahead is a clock like any other', () => expect(judgeTopic(aged(-30)).kind).toBe('pass'));

  test('planned maintenance does not count, and is shown', () => {
    const maintenance = [{ from: ago(390), to: ago(100), reason: 'disk swapped' }];
    const verdict = judgeTopic(aged(400), { ...migration, maintenance });
    expect(verdict.kind).toBe('pass');
    expect(verdict.findings[0]?.observed).toContain('4 min 50 s of it planned maintenance');
  });

  test('what could not be told is inconclusive', () => {
    const { newestAt: _, newestAgeSeconds: __, ...untimed } = topic(energy);
    expect(judgeTopicsFresh(seen(untimed), migration).kind).toBe('inconclusive');
    expect(judgeTopicsFresh(unseen(energy), migration)).toMatchObject({ kind: 'inconclusive', hint: 'make it answer' });
  });
});

describe('tables', () => {
  const judge = (change: Parameters<typeof rows>[1]) =>
    judgeTablesFresh(
      seen(rows('energy'), rows('heatpump'), rows('temperature-indoor', change), rows('temperature-outdoor')),
      migration,
    );

  test('fresh pass', () => expect(judge({}).kind).toBe('pass'));

  test('one location of a shared table is judged by its own rows', () => {
    const verdict = judge(aged(8000));
    expect(verdict.kind).toBe('fail');
    expect(verdict.observed).toBe('temperature_sensors (temperature-indoor): newest row 2 h 13 min old, limit 2 h');
    expect(verdict.look).toContain("WHERE location = 'indoor'");
  });

  test.each([
    ['no such table', { exists: false }, 'the table does not exist'],
    ['from the future', aged(-3600), '1 h ahead of the clock'],
  ])('%s fails', (_, change, observed) => {
    expect(judge(change)).toMatchObject({ kind: 'fail', observed: expect.stringContaining(observed) });
  });

  test('without a row of the stream it fails', () => {
    const { newestAt: _, newestAgeSeconds: __, ...empty } = rows('temperature-indoor');
    const verdict = judgeTablesFresh(seen(empty), migration);
    expect(verdict).toMatchObject({ kind: 'fail', observed: expect.stringContaining("WHERE location = 'indoor'") });
  });

  test('unseen is inconclusive', () => expect(judgeTablesFresh(unseen('energy'), migration).kind).toBe('inconclusive'));
});
