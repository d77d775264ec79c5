import { expect, test } from 'vitest';
import { nearNames } from './near-names.ts';

test('names that differ a little, and names that are part of the other, the nearest first', () => {
  expect(nearNames('mqtt-input', ['mqtt-inptu', 'mqtt-input-v2', 'timescaledb'])).toEqual([
    'mqtt-inptu',
    'mqtt-input-v2',
  ]);
});

test('nothing is near a name that nothing resembles', () => {
  expect(nearNames('mosquitto', ['timescaledb', 'postgres'])).toEqual([]);
  expect(nearNames('a', ['mqtt-kafka-bridge'])).toEqual([]);
});
