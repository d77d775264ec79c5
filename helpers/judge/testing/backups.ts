import type { BackupFound, DumpFacts, RestoreOutcome, TableSums } from '../../backup/observed.ts';
import { ago } from './samples.ts';

/** A table of two rows. */
export function tableSums(table: string, change: Partial<TableSums> = {}): TableSums {
  return {
    table,
    rowCount: 2,
    timeColumn: 'ts',
    oldestAt: ago(7200),
    newestAt: ago(3600),
    columns: { ts: { filledCount: 2, checksum: '12' }, value: { filledCount: 1, checksum: '-3' } },
    ...change,
  };
}

const names = ['heatpump', 'energy', 'telemetry', 'heatpump_settings'];

export const sums = names.map((name) => tableSums(name));

/** A whole dump of the old database. */
export function dumpFacts(change: Partial<DumpFacts> = {}): DumpFacts {
  return {
    sha256: 'aa',
    bytes: 1000,
    modifiedAt: ago(3600),
    isEmpty: false,
    isDump: true,
    isComplete: true,
    isReplicas: false,
    holdsRows: true,
    tables: names,
    serverVersion: '16.4',
    ...change,
  };
}

/** A backup of an hour ago that the ledger knows. */
export function backupFound(change: Partial<BackupFound> = {}): BackupFound {
  const version = { postgres: '16.4', timescale: { version: '2.23.0', edition: 'community' } } as const;
  return {
    file: '/backups/old.sql.gz',
    at: ago(3600),
    noted: { sha256: 'aa', database: 'timescaledb', sums: { at: ago(3600), version, tables: sums } },
    facts: dumpFacts(),
    ...change,
  };
}

/** Restored as it was recorded. */
export function restoreOutcome(change: Partial<RestoreOutcome> = {}): RestoreOutcome {
  const version = { postgres: '16.4', timescale: { version: '2.23.0', edition: 'community' } } as const;
  return { had: 'container', version, seconds: 12, leftOut: 0, tables: sums, ...change };
}
