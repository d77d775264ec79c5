import { expect, test } from 'vitest';
import { losses } from './accounts.ts';

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
