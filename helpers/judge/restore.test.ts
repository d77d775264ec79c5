import { describe, expect, test } from 'vitest';
import type { RestoreOutcome, TableSums } from '../backup/observed.ts';
import { judgeFinalBackup } from './final-backup.ts';
import { judgeRestore } from './restore.ts';
import { backupFound, dumpFacts, restoreOutcome, sums, tableSums } from './testing/backups.ts';
import { ago, migration, seen, unseen } from './testing/samples.ts';
import type { Sightings } from './verdict.ts';

const backup = { found: backupFound(), looked: [] };
const restored = (outcome: RestoreOutcome) => ({ outcome, isProof: false, expected: sums });
const judge = (outcome: RestoreOutcome) => judgeRestore(backup, restored(outcome), migration);

/** Restored with another table of this name. */
const with_ = (table: string, change: Partial<TableSums>) =>
  restoreOutcome({ tables: [...sums.filter((one) => one.table !== table), tableSums(table, change)] });

test('what equals the record passes, and it is said where it was restored', () => {
  expect(judge(restoreOutcome())).toMatchObject({
    kind: 'pass',
    summary: '4 tables with 8 rows equal, restored in 12 s in a container (TimescaleDB 2.23.0)',
  });
});

test('a proof of before is judged anew', () => {
  const proof = { ...restored(restoreOutcome()), isProof: true };
  expect(judgeRestore(backup, proof, migration).summary).toContain('proven before');
  const other = { ...proof, outcome: with_('energy', { rowCount: 1 }) };
  expect(judgeRestore(backup, other, migration).kind).toBe('fail');
});

describe('what differs fails', () => {
  test.each<[string, RestoreOutcome, RegExp]>([
    ['a table is missing', restoreOutcome({ tables: sums.slice(1) }), /^heatpump: it is not there after the restore/],
    ['rows are missing', with_('energy', { rowCount: 1 }), /^energy: 1 row restored, 2 rows recorded/],
    ['other times', with_('energy', { newestAt: ago(0) }), /^energy: rows from .* restored, from .* recorded/],
    [
      'other values',
      with_('energy', {
        columns: { ts: { filledCount: 2, checksum: '12' }, value: { filledCount: 1, checksum: '-4' } },
      }),
      /^energy: the values of value differ/,
    ],
    [
      'null for a value',
      with_('energy', {
        columns: { ts: { filledCount: 2, checksum: '12' }, value: { filledCount: 0, checksum: '-3' } },
      }),
      /^energy: the values of value differ/,
    ],
    [
      'one column more',
      with_('energy', { columns: { ...tableSums('energy').columns, extra: { filledCount: 0, checksum: '0' } } }),
      /^energy: columns that were not recorded: extra/,
    ],
    [
      'the server refused it',
      restoreOutcome({ failed: 'relation "x" does not exist' }),
      /it does not restore: relation "x"/,
    ],
  ])('%s', (_, outcome, words) => {
    const verdict = judge(outcome);
    expect(verdict.kind).toBe('fail');
    expect(verdict.observed).toMatch(words);
  });
});

test('without a whole backup it is inconclusive: what is wrong is another criterion’s to say', () => {
  expect(judgeRestore(backup, { isProof: false }, migration).kind).toBe('inconclusive');
  expect(judgeRestore({ looked: [] }, { isProof: false }, migration).kind).toBe('inconclusive');
});

test('nothing recorded is nothing proven', () => {
  expect(judgeRestore(backup, { ...restored(restoreOutcome()), expected: [] }, migration).kind).toBe('inconclusive');
});

describe('the final backup', () => {
  type Newest = Sightings<Pick<TableSums, 'table' | 'newestAt'>>;
  const final = (now: Newest, found = backupFound({ at: ago(30 * 86_400) })) =>
    judgeFinalBackup({ backup: { found, looked: [] }, restored: restored(restoreOutcome()), now }, migration);
  const newest = (at: string): Newest => seen(...sums.map(({ table }) => ({ table, newestAt: at })));

  test('passes at any age when no row came since', () => {
    expect(final(newest(ago(3600)))).toMatchObject({
      kind: 'pass',
      summary: 'whole, restored, and no row since in 4 tables',
    });
  });

  test('fails when a row came after it', () => {
    const verdict = final(newest(ago(3599)));
    expect(verdict).toMatchObject({ kind: 'fail', since: ago(3599) });
    expect(verdict.observed).toMatch(/the last row of heatpump: of .*; the backup’s is of/);
  });

  test('fails for a table that the backup does not have', () => {
    expect(final(seen({ table: 'added' })).observed).toMatch(
      /the last row of added: the backup does not have this table/,
    );
  });

  test('fails when it is damaged', () => {
    const facts = dumpFacts({ broken: { how: 'corrupt', words: 'x' } });
    expect(final(newest(ago(3600)), backupFound({ facts })).kind).toBe('fail');
  });

  test('is inconclusive while the old database cannot be asked', () => {
    expect(final(unseen('database timescaledb')).kind).toBe('inconclusive');
  });

  test('at the end is what was recorded, whether or not the old database is still there', () => {
    const observed = { backup: { found: backupFound(), looked: [] }, restored: restored(restoreOutcome()) };
    expect(judgeFinalBackup(observed, migration)).toMatchObject({ kind: 'pass', summary: 'whole, and it restores' });
  });
});
