import { expect, test } from 'vitest';
import { playedTable } from './played-table.ts';

test('a scenario that failed once is shown as failed, with what it said then', () => {
  const played = [
    { name: 'cutover', passed: true, seconds: 60, verdict: 'no row lost' },
    { name: 'data-gap', passed: false, seconds: 30.4, verdict: 'the hop is wrong' },
    { name: 'data-gap', passed: true, seconds: 29.6, verdict: 'all right' },
  ];
  const table = playedTable(played, 90);
  expect(table.split('\n')).toEqual([
    '✔ cutover   1 of 1  1 min  no row lost',
    '✖ data-gap  1 of 2  30 s, 29 s  the hop is wrong',
    '',
    '2 of 3 passed in 1 min 30 s; one after another it is 2 min',
  ]);
});

test('nothing played is not everything passed', () => {
  expect(playedTable([], 0)).toMatch('0 of 0 passed');
});
