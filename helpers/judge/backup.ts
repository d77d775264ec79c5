import type { BackupFound, BackupSight, DumpFacts } from '../backup/observed.ts';
import type { Migration } from '../config/schema.ts';
import { type Finding, notApplicable, type Verdict, verdictOf } from './verdict.ts';
import { age, count, duration, list } from './words.ts';

type Judged = Pick<Finding, 'verdict' | 'observed' | 'hint'>;

const again = 'Take it anew: npm run backup';

/**
 * P4.backup: the newest backup is of the right old database, younger than its limit, and whole from its first byte to its
 * last. What is wrong with it is told apart: not there, empty, cut off, damaged, changed since, of another database, without
 * rows, too old, not stored where it is to be kept.
 */
export function judgeBackup(sight: BackupSight, migration: Migration, now: Date): Verdict {
  const { backup, old } = migration;
  const expected = `a whole dump of ${old.database.database} with ${list(backup.tables)}, at most ${duration(backup.maxAge)} old`;
  if (!backup.required) return notApplicable(expected, `no backup is required: ${backup.reason}`);
  const { found } = sight;
  if (found === undefined) return none(sight, expected);
  const ageSeconds = (now.getTime() - Date.parse(found.at)) / 1000;
  const tooOld: Judged = {
    verdict: 'fail',
    observed: `${age(ageSeconds)}, limit ${duration(backup.maxAge)}`,
    hint: again,
  };
  const ahead: Judged = { verdict: 'fail', observed: `${age(ageSeconds)}: whichever clock stamped it is wrong` };
  return verdictOf(
    [
      ...backupFindings(found, migration),
      ...(ageSeconds > backup.maxAge ? [of(found, tooOld)] : []),
      ...(ageSeconds < -migration.run.futureTolerance ? [of(found, ahead)] : []),
    ],
    { expected, pass: `${words(found)}, ${age(Math.max(0, ageSeconds))}`, look: lookAt(found.file), hint: again },
  );
}

/** What P4.backup finds where no backup is. */
export function none({ looked }: BackupSight, expected: string): Verdict {
  const observed = `there is none: no ${looked.join(', and no ')}`;
  return verdictOf([{ subject: 'the backup', verdict: 'fail', observed, hint: 'Take it: npm run backup' }], {
    expected,
    pass: '',
  });
}

/** What a backup is, whatever its age: one passing finding, or all that is wrong with it. */
export function backupFindings(found: BackupFound, { backup, old }: Pick<Migration, 'backup' | 'old'>): Finding[] {
  const { facts, noted } = found;
  if (facts === undefined) {
    const hint = 'Put it back from where it is kept besides, or take it anew: npm run backup';
    return [of(found, { verdict: 'fail', observed: 'the ledger knows it, and it is not there', hint })];
  }
  const wrong = [
    ...contents(facts, backup.tables, old.database.database),
    ...(noted === undefined ? [] : againstEntry(facts, noted, old.database.database)),
    ...(backup.store !== undefined && noted !== undefined && noted.storedAt === undefined
      ? [
          fail(
            'it was not seen where it is to be kept besides',
            'npm run backup stores what it finds here, and looks for it there',
          ),
        ]
      : []),
  ];
  const well: Judged = { verdict: 'pass', observed: words(found) };
  return (wrong.length > 0 ? wrong : [well]).map((judged) => of(found, judged));
}

/** The first of these that is so explains all others. */
function contents(facts: DumpFacts, tables: readonly string[], database: string): Judged[] {
  const { broken } = facts;
  if (facts.bytes === 0 || (facts.isEmpty && broken === undefined)) {
    return [
      fail(
        'it is empty: the command that should have filled it failed',
        `Run it again and read what it says; ${again}`,
      ),
    ];
  }
  if (broken?.how === 'corrupt') return [fail(`it is corrupt: ${broken.words}`, again)];
  if (broken?.how === 'cut') return [fail(`it is truncated: ${broken.words}`, again)];
  if (!facts.isDump) return [fail('it is no dump of pg_dump in plain format', again)];
  if (!facts.isComplete) return [fail('it is truncated: its last line does not say that the dump is complete', again)];
  const missing = tables.filter((table) => !facts.tables.includes(table));
  if (missing.length === tables.length) {
    const instead = facts.tables.length === 0 ? 'it has no table at all' : `its tables: ${list(facts.tables)}`;
    return [
      fail(
        `it is of another database: without ${list(missing)}; ${instead}`,
        `pg_dump -U postgres without a database dumps the one named postgres, which is empty: name it with -d ${database}; ${again}`,
      ),
    ];
  }
  if (missing.length > 0) return [fail(`it lacks ${list(missing)}`, again)];
  if (!facts.holdsRows) return [fail('it holds tables and not one row', again)];
  return [];
}

function againstEntry(facts: DumpFacts, noted: NonNullable<BackupFound['noted']>, database: string): Judged[] {
  const isChanged = facts.sha256 !== noted.sha256;
  return [
    ...(isChanged ? [fail('it is not what was written: its checksum differs from the ledger’s', again)] : []),
    ...(noted.database === database
      ? []
      : [fail(`it was taken of database ${noted.database}, not of ${database}`, again)]),
  ];
}

function words({ noted, facts }: BackupFound): string {
  const tables = count(facts?.tables.length ?? 0, 'table');
  const rows = noted?.sums.tables.reduce((sum, { rowCount }) => sum + rowCount, 0);
  return rows === undefined ? `whole, ${tables}, made by hand` : `whole, ${tables} with ${count(rows, 'row')}`;
}

function of({ file }: BackupFound, judged: Judged): Finding {
  return { subject: file.split('/').at(-1) ?? file, look: lookAt(file), ...judged };
}

function lookAt(file: string): string {
  return `gunzip -c ${file} | tail -5`;
}

function fail(observed: string, hint: string): Judged {
  return { verdict: 'fail', observed, hint };
}
