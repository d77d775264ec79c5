import { expect, test } from 'vitest';
import type { Sightings } from '../judge/verdict.ts';
import type { Observations } from './observations.ts';
import { readings } from './readings.ts';

function counting() {
  let connects = 0;
  const nothing = async (): Promise<Sightings<never>> => ({ seen: [], unseen: [] });
  const connect = async (): Promise<Sightings<never>> => {
    connects += 1;
    return { seen: [], unseen: [{ subject: `reading ${connects}`, message: '' }] };
  };
  const observe: Pick<Observations, 'connect' | 'topics' | 'groups' | 'rows'> = {
    connect,
    topics: nothing,
    groups: nothing,
    rows: nothing,
  };
  return { observe, taken: () => connects };
}

const apart = 0.05;

test('all who ask share the readings, and the second is so much after the first', async () => {
  const { observe, taken } = counting();
  const shared = readings(observe, apart);
  const [pair, again] = await Promise.all([shared.pair(1, 2), shared.pair(1, 2)]);
  expect(taken()).toBe(2);
  expect(again).toEqual(pair);
  expect(Date.parse(pair.second.at) - Date.parse(pair.first.at)).toBeGreaterThanOrEqual(apart * 1000);
});

test('a third is taken only for those who need to see it last, beside the first', async () => {
  const { observe, taken } = counting();
  const shared = readings(observe, apart);
  await shared.pair(1, 2);
  expect(taken()).toBe(2);
  const { first, second } = await shared.pair(1, 3);
  expect(taken()).toBe(3);
  expect([first, second].map(({ connect }) => connect.unseen[0]?.subject)).toEqual(['reading 1', 'reading 3']);
});
