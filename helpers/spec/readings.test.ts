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
  const observe: Pick<Observations, 'connect' | 'topics' | 'groups' | 'rows' | 'workloads'> = {
    connect,
    topics: nothing,
    groups: nothing,
    rows: nothing,
    workloads: nothing,
  };
  return { observe, taken: () => connects };
}

const apart = 0.05;

test('all who ask share the readings, and the second is so much after the first', async () => {
  const { observe, taken } = counting();
  const shared = readings(observe, apart);
  const [pair, again] = await Promise.all([shared.pair(), shared.pair()]);
  expect(taken()).toBe(2);
  expect(again).toEqual(pair);
  expect(Date.parse(pair.second.at) - Date.parse(pair.first.at)).toBeGreaterThanOrEqual(apart * 1000);
});

test('a reading of one’s own is taken anew each time', async () => {
  const { observe, taken } = counting();
  const shared = readings(observe, apart);
  await shared.now();
  const { connect } = await shared.now();
  expect(taken()).toBe(2);
  expect(connect.unseen[0]?.subject).toBe('reading 2');
});
