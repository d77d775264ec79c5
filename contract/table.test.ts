import { describe, expect, test } from 'vitest';
import { contractTable, type Row } from './table.ts';

const double: Row = { title: 'MQTT', subject: 'the replica', how: 'double', passed: 11, failed: 0, skipped: 0 };
const real: Row = { ...double, subject: 'mosquitto', how: 'address', version: '2.0.11' };

/** The last words of the one row. */
const outcome = (row: Row) =>
  contractTable([row])
    .split('\n')[1]
    ?.replace(/^.* \d+ {2,}/, '');

test('is aligned, with counts to the right', () => {
  expect(contractTable([double, { ...real, passed: 9, skipped: 2 }])).toBe(
    [
      'contract  subject      had by   version  passed  failed  skipped',
      'MQTT      the replica  double                11       0        0  kept',
      'MQTT      mosquitto    address  2.0.11        9       0        2  kept, as far as it ran',
    ].join('\n'),
  );
});

describe('what it comes to', () => {
  test.each<[string, Row, string]>([
    ['all passed', real, 'kept'],
    ['some skipped', { ...real, skipped: 1 }, 'kept, as far as it ran'],
    ['one failed', { ...real, failed: 1 }, 'NOT KEPT'],
    ['nothing ran', { ...real, passed: 0, skipped: 11 }, 'not held: nothing ran'],
    ['it could not be opened', { ...real, passed: 0, failed: 1, skipped: 11 }, 'NOT KEPT'],
  ])('%s', (_, row, words) => expect(outcome(row)).toBe(words));

  test('an absent subject is never kept', () => {
    const absent: Row = { title: 'MQTT', subject: 'mosquitto', absent: 'set it', passed: 0, failed: 0, skipped: 1 };
    expect(outcome(absent)).toBe('not held: set it');
    expect(outcome({ ...absent, failed: 1 })).toBe('NOT HELD: set it');
  });
});
