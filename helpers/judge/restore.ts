import type { BackupSight, ColumnSum, RestoreSight, TableSums } from '../backup/observed.ts';
import type { Migration } from '../config/schema.ts';
import { type Finding, notApplicable, type Verdict, verdictOf } from './verdict.ts';
import { count, duration, list } from './words.ts';

const differs =
  'Do not rely on this file. Take a backup anew and see whether it restores: npm run backup; keep this one until then.';

/**
 * P4.restores: the backup that P4.backup judges restores into an empty database, and what is there then equals what was
 * recorded under the dump's own snapshot: tables, rows, time ranges, and a checksum for each column.
 */
export function judgeRestore(sight: BackupSight, restored: RestoreSight, migration: Migration): Verdict {
  const expected =
    'it restores into an empty database; tables, rows, time ranges and column checksums are those recorded';
  if (!migration.backup.required) return notApplicable(expected, `no backup is required: ${migration.backup.reason}`);
  return verdictOf(restoreFindings(sight, restored), { expected, pass: passWords(restored), hint: differs });
}

export function restoreFindings({ found }: BackupSight, restored: RestoreSight): Finding[] {
  const subject = found?.file.split('/').at(-1) ?? 'the backup';
  const { outcome, expected } = restored;
  // Why there is none is for P4.backup to say.
  if (found === undefined || outcome === undefined) {
    return [
      { subject, verdict: 'inconclusive', observed: 'there is no whole backup to restore', hint: 'npm run backup' },
    ];
  }
  if (outcome.failed !== undefined) {
    return [{ subject, verdict: 'fail', observed: `it does not restore: ${outcome.failed}`, hint: differs }];
  }
  const tables = outcome.tables ?? [];
  return (expected ?? []).map((table) => {
    const there = tables.find((one) => one.table === table.table);
    const difference = there === undefined ? 'it is not there after the restore' : differenceOf(table, there);
    return {
      subject: table.table,
      verdict: difference === undefined ? ('pass' as const) : ('fail' as const),
      observed:
        difference ?? `${count(table.rowCount, 'row')}, ${count(Object.keys(table.columns).length, 'column')} equal`,
    };
  });
}

/** The first thing that differs, in words; undefined where nothing does. */
export function differenceOf(recorded: TableSums, restored: TableSums): string | undefined {
  if (recorded.rowCount !== restored.rowCount)
    return `${count(restored.rowCount, 'row')} restored, ${count(recorded.rowCount, 'row')} recorded`;
  const ranges = [recorded, restored].map(({ oldestAt = 'none', newestAt = 'none' }) => `${oldestAt} to ${newestAt}`);
  if (ranges[0] !== ranges[1]) return `rows from ${ranges[1]} restored, from ${ranges[0]} recorded`;
  const unequal = Object.entries(recorded.columns).filter(([name, sum]) => !isEqual(sum, restored.columns[name]));
  const extra = Object.keys(restored.columns).filter((name) => !(name in recorded.columns));
  if (unequal.length > 0) return `the values of ${list(unequal.map(([name]) => name))} differ from those recorded`;
  return extra.length > 0 ? `columns that were not recorded: ${list(extra)}` : undefined;
}

function isEqual(recorded: ColumnSum, restored: ColumnSum | undefined): boolean {
  return recorded.filledCount === restored?.filledCount && recorded.checksum === restored.checksum;
}

const places = { container: 'in a container', server: 'on the scratch server', embedded: 'in the replica’s engine' };

function passWords({ outcome, isProof, expected = [] }: RestoreSight): string {
  if (outcome === undefined) return '';
  const rows = expected.reduce((sum, { rowCount }) => sum + rowCount, 0);
  const when = isProof ? 'proven before' : `restored in ${duration(outcome.seconds)}`;
  const { postgres, timescale } = outcome.version;
  const server = timescale === undefined ? `PostgreSQL ${postgres}` : `TimescaleDB ${timescale.version}`;
  return `${count(expected.length, 'table')} with ${count(rows, 'row')} equal, ${when} ${places[outcome.had]} (${server})`;
}
