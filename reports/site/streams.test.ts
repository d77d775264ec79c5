import { expect, test } from 'vitest';
import { streamHistories } from './streams.ts';
import { fourteenNights, gap, startOf, story } from './testing/fourteen-nights.ts';

const nights = fourteenNights();
const histories = streamHistories(nights);

test('each stream has a point a night, from the last run of the day, and none for a night that was missed', () => {
  const [energy] = histories;
  expect(histories.map(({ name }) => name)).toEqual([
    'energy',
    'heatpump',
    'temperature-indoor',
    'temperature-outdoor',
  ]);
  expect(energy?.nights).toHaveLength(13);
  expect(energy?.nights.map(({ at }) => at.slice(0, 10))).not.toContain(
    startOf(story.missed, 'phase3').toISOString().slice(0, 10),
  );
});

test('a gap that several runs saw is told once, as far as the last of them saw it', () => {
  expect(histories.map(({ gaps }) => gaps)).toEqual([[gap], [], [], []]);
  const longer = JSON.parse(
    JSON.stringify(nights.at(-1)).replace(
      '"gaps":[]',
      JSON.stringify({ gaps: [{ ...gap, to: '2026-11-12T23:00:00.000Z' }] }).slice(1, -1),
    ),
  );
  expect(streamHistories([...nights, longer])[0]?.gaps).toEqual([{ ...gap, to: '2026-11-12T23:00:00.000Z' }]);
});

test('a lag over its limit is a figure like any other', () => {
  const heatpump = histories[1];
  expect(Math.max(...(heatpump?.nights.map(({ lagRecords = 0 }) => lagRecords) ?? []))).toBe(4812);
  expect(heatpump?.maxLagRecords).toBe(1000);
});

test('what was not observed has no figure', () => {
  const [run] = nights;
  const blind = { ...run, criteria: [] } as unknown as (typeof nights)[number];
  expect(streamHistories([blind])[0]).toMatchObject({ name: 'energy', nights: [], gaps: [] });
});
