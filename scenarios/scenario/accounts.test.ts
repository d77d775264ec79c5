import { expect, test } from 'vitest';
import { losses } from './accounts.ts';
import { pauseOfBoth } from './pauses.ts';

const account = (messages: number, records: number, rows: number) => ({
  stream: 'energy',
  messages,
  records,
  rows,
  longestPauseSeconds: 1,
});

test('a message, a record or a row at an edge is no loss; more than that is', () => {
  expect(losses([account(100, 100, 98)])).toEqual([]);
  expect(losses([account(100, 97, 97)])).toEqual(['energy: 100 messages, 97 records, 97 rows']);
  expect(losses([account(97, 100, 97)])).toHaveLength(1);
});

test('what was not counted is never "nothing lost"', () => {
  expect(losses([account(0, 0, 0)])).toEqual(['energy: nothing was counted (0 messages, 0 records, 0 rows)']);
  expect(losses([account(0, 5, 5)])).toHaveLength(1);
});

test('a pause of both systems ends with a row of either', () => {
  const flows = [
    { stream: 'energy', system: 'new' as const, rowsAtMs: [0, 1000, 20_000] },
    { stream: 'old energy', system: 'old' as const, rowsAtMs: [500, 9000] },
    { stream: 'heatpump', system: 'new' as const, rowsAtMs: [15_000] },
  ];
  expect(pauseOfBoth(flows, 'energy')).toBe(11);
  expect(pauseOfBoth(flows, 'heatpump')).toBe(0);
});
