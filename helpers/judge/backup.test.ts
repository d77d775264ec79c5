import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BackupFound } from '../backup/observed.ts';
import type { Migration } from '../config/schema.ts';
import { judgeBackup } from './backup.ts';
import { backupFound, dumpFacts } from './testing/backups.ts';
import { ago, migration, noon } from './testing/samples.ts';

const judge = (found: BackupFound | undefined, change: Partial<Migration['backup']> = {}) =>
  judgeBackup(
    { looked: ['backup in ledger/uid.jsonl'], ...(found === undefined ? {} : { found }) },
    { ...migration, backup: { ...migration.backup, ...change } },
    noon,
  );

test('a whole, young backup of the right database passes', () => {
  expect(judge(backupFound())).toMatchObject({ kind: 'pass', summary: 'whole, 4 tables with 8 rows, 1 h old' });
});

test('one made by hand passes without a word of the ledger', () => {
  const { noted: _, ...byHand } = backupFound();
  expect(judge(byHand)).toMatchObject({ kind: 'pass', summary: 'whole, 4 tables, made by hand, 1 h old' });
});

test('none at all fails, and it is said where it was looked for', () => {
  expect(judge(undefined)).toMatchObject({
    kind: 'fail',
    observed: 'the backup: there is none: no backup in ledger/uid.jsonl',
    hint: 'Take it: npm run backup',
  });
});

describe('what is wrong is told apart', () => {
  const { facts: _, ...gone } = backupFound();
  test.each<[string, BackupFound, RegExp]>([
    ['not there', gone, /the ledger knows it, and it is not there/],
    [
      'no byte',
      backupFound({ facts: dumpFacts({ bytes: 0, isEmpty: true, isDump: false, tables: [] }) }),
      /it is empty/,
    ],
    [
      'nothing compressed',
      backupFound({ facts: dumpFacts({ isEmpty: true, isDump: false, tables: [] }) }),
      /it is empty/,
    ],
    [
      'cut off',
      backupFound({ facts: dumpFacts({ broken: { how: 'cut', words: 'its compression ends before its end' } }) }),
      /it is truncated: its compression ends/,
    ],
    [
      'without its last line',
      backupFound({ facts: dumpFacts({ isComplete: false }) }),
      /it is truncated: its last line/,
    ],
    [
      'damaged',
      backupFound({ facts: dumpFacts({ broken: { how: 'corrupt', words: 'its compression is damaged: x' } }) }),
      /it is corrupt/,
    ],
    ['something else', backupFound({ facts: dumpFacts({ isDump: false }) }), /it is no dump of pg_dump/],
    [
      'the database postgres',
      backupFound({ facts: dumpFacts({ tables: [] }) }),
      /it is of another database: without heatpump, energy, telemetry and heatpump_settings; it has no table at all/,
    ],
    [
      'the new database',
      backupFound({ facts: dumpFacts({ tables: ['heatpump_status'] }) }),
      /its tables: heatpump_status/,
    ],
    [
      'a table short',
      backupFound({ facts: dumpFacts({ tables: ['heatpump', 'energy', 'telemetry'] }) }),
      /it lacks heatpump_settings/,
    ],
    ['the tables alone', backupFound({ facts: dumpFacts({ holdsRows: false }) }), /not one row/],
    ['changed since', backupFound({ facts: dumpFacts({ sha256: 'bb' }) }), /its checksum differs from the ledger’s/],
    ['too old', backupFound({ at: ago(25 * 3600) }), /1 d 1 h old, limit 1 d/],
    ['of the future', backupFound({ at: ago(-3600) }), /1 h ahead of the clock: whichever clock stamped it is wrong/],
  ])('%s', (_, found, words) => {
    const verdict = judge(found);
    expect(verdict.kind).toBe('fail');
    expect(verdict.observed).toMatch(words);
  });

  test('the plan’s own command is told by the database that it dumps', () => {
    expect(judge(backupFound({ facts: dumpFacts({ tables: [] }) })).hint).toMatch(
      /^pg_dump -U postgres without a database dumps the one named postgres, which is empty: name it with -d timescaledb/,
    );
  });

  test('one that was taken of another database', () => {
    const found = backupFound();
    const noted = { ...found.noted, database: 'telemetry' } as NonNullable<BackupFound['noted']>;
    expect(judge({ ...found, noted }).observed).toMatch(/it was taken of database telemetry, not of timescaledb/);
  });

  test('one that is to be kept besides and was not seen there', () => {
    expect(judge(backupFound(), { store: { command: 'x', check: 'y' } })).toMatchObject({ kind: 'fail' });
  });
});

test('where no backup is required it does not apply, with the reason', () => {
  expect(judge(undefined, { required: false, reason: 'nobody wants the old data' })).toMatchObject({
    kind: 'not-applicable',
    summary: 'no backup is required: nobody wants the old data',
  });
});

test('it passes up to its limit and not beyond, whatever the limit is', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10 ** 7 }),
      fc.integer({ min: 0, max: 2 * 10 ** 7 }),
      (maxAge, ageSeconds) => {
        const expected = ageSeconds <= maxAge ? 'pass' : 'fail';
        expect(judge(backupFound({ at: ago(ageSeconds) }), { maxAge }).kind).toBe(expected);
      },
    ),
  );
});
