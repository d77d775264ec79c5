import type { Migration } from '../../config/schema.ts';
import type { OldColumn } from '../../config/sections/old-streams.ts';
import type { TableColumns } from '../../database/observed.ts';
import { psqlLook } from '../look.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from '../verdict.ts';
import { count, foundInstead, list } from '../words.ts';

/** The columns of the new system's tables, by the database's name in migration.yaml. */
export interface NewTables {
  readonly database: string;
  readonly tables: readonly TableColumns[];
}

/** What migration.yaml says of an old table. */
interface Declared {
  /** `old.streams.heatpump` */
  readonly key: string;
  readonly table: string;
  /** Time, device and what tells a stream's rows apart: each system has its own way to say that. */
  readonly bookkeeping: readonly string[];
  readonly columns: Readonly<Record<string, OldColumn>>;
  readonly dropped: string | undefined;
  /** Where the counterparts are. */
  readonly counterpart: { readonly database: string; readonly table: string } | undefined;
}

/**
 * P3.columns: every column of the old database, by its own catalog, has a counterpart that is there in the new system, or
 * is declared dropped with a reason; and what migration.yaml says of the old tables is so.
 */
export function judgeColumns(
  old: Sightings<TableColumns>,
  current: Sightings<NewTables>,
  migration: Migration,
): Verdict {
  const declared = declarations(migration);
  const findings = [
    ...old.seen.flatMap((table) => tableFindings(table, declared, current, migration)),
    ...(old.unseen.length > 0 ? [] : absentFindings(old.seen, declared, migration)),
  ];
  const columns = old.seen.flatMap((table) => table.columns).length;
  const dropped = declared.flatMap((one) => Object.values(one.columns)).filter((one) => one.dropped !== undefined);
  return verdictOf([...findings, ...unseenFindings([...old.unseen, ...current.unseen])], {
    expected:
      'every column of the old database has a counterpart in the new system or is declared dropped, with a reason',
    pass: `${count(old.seen.length, 'old table')}, ${count(columns, 'column')} accounted for, ${dropped.length} dropped`,
    hint: 'Under old.streams.NAME.columns in migration.yaml say which new column holds it, or dropped: and why nobody will miss it. Data that nobody declared is gone after phase 8.',
  });
}

function declarations({ old, new: { streams, settings } }: Migration): Declared[] {
  const ofStreams = Object.entries(old.streams).map(([name, stream]): Declared => {
    const rows = streams[stream.new ?? '']?.rows;
    return {
      key: `old.streams.${name}`,
      table: stream.table,
      bookkeeping: [stream.time, ...(stream.device === undefined ? [] : [stream.device]), ...Object.keys(stream.where)],
      columns: stream.columns,
      dropped: stream.dropped,
      counterpart: rows && { database: rows.database, table: rows.table },
    };
  });
  if (old.settings === undefined) return ofStreams;
  const { table, device, updated, columns } = old.settings;
  const bookkeeping = [device, ...(updated === undefined ? [] : [updated])];
  const counterpart = { database: settings.database, table: settings.table };
  return [...ofStreams, { key: 'old.settings', table, bookkeeping, columns, dropped: undefined, counterpart }];
}

function tableFindings(
  observed: TableColumns,
  declared: readonly Declared[],
  current: Sightings<NewTables>,
  { old }: Migration,
): Finding[] {
  const subject = nameOf(observed);
  const look = psqlLook(old.database, `\\\\d ${subject}`);
  const reason = old.droppedTables[observed.table] ?? old.droppedTables[`${observed.schema}.${observed.table}`];
  if (reason !== undefined) return [{ subject, verdict: 'pass', observed: `dropped as a whole: ${reason}` }];
  const own = declared.filter(({ table }) => isNamed(observed, table));
  if (own.length === 0) {
    return [
      {
        subject,
        verdict: 'fail',
        observed: `no stream of migration.yaml fills this table; its columns: ${list(observed.columns)}`,
        look,
        hint: 'Declare the stream that fills it under old.streams, or the table under old.droppedTables with a reason.',
      },
    ];
  }
  const whole = own.find(({ dropped }) => dropped !== undefined);
  if (own.every(({ dropped }) => dropped !== undefined)) {
    return [{ subject, verdict: 'pass', observed: `dropped as a whole: ${whole?.dropped}` }];
  }
  const undeclared = observed.columns.filter((column) =>
    own.every((one) => !one.bookkeeping.includes(column) && one.columns[column] === undefined),
  );
  const missing = own.flatMap((one) => lostCounterparts(one, current));
  if (undeclared.length === 0 && missing.length === 0) {
    const mapped = own.flatMap(({ columns }) => Object.values(columns)).filter(({ column }) => column !== undefined);
    const dropped = own.flatMap(({ columns }) => Object.entries(columns)).filter(([, it]) => it.dropped !== undefined);
    const reasons = dropped.map(([column, it]) => `${column} (${it.dropped})`);
    const words = reasons.length === 0 ? '' : `; dropped: ${list(reasons)}`;
    return [{ subject, verdict: 'pass', observed: `${count(mapped.length, 'column')} with a counterpart${words}` }];
  }
  return [
    ...undeclared.map(
      (column): Finding => ({
        subject: `${subject}.${column}`,
        verdict: 'fail',
        observed: 'has no counterpart in the new system, and migration.yaml does not say that it is dropped',
        look,
      }),
    ),
    ...missing,
  ];
}

/** Counterparts that migration.yaml names and the new table does not have. */
function lostCounterparts(declared: Declared, current: Sightings<NewTables>): Finding[] {
  const { counterpart } = declared;
  if (counterpart === undefined) return [];
  const database = current.seen.find((one) => one.database === counterpart.database);
  if (database === undefined) return [];
  const table = database.tables.find((one) => isNamed(one, counterpart.table));
  return Object.entries(declared.columns).flatMap(([old, { column }]): Finding[] => {
    if (column === undefined || table?.columns.includes(column)) return [];
    const there = table === undefined ? 'there is no such table' : `it has ${list(table.columns, 30)}`;
    return [
      {
        subject: `${declared.table}.${old}`,
        verdict: 'fail',
        observed: `its counterpart ${counterpart.table}.${column} is not there: ${there}`,
        hint: `correct ${declared.key}.columns.${old} in migration.yaml, or add the column to the new table`,
      },
    ];
  });
}

/** Tables and columns that migration.yaml names and the old database does not have. */
function absentFindings(
  observed: readonly TableColumns[],
  declared: readonly Declared[],
  migration: Migration,
): Finding[] {
  return declared.flatMap(({ key, table, bookkeeping, columns }): Finding[] => {
    const found = observed.find((one) => isNamed(one, table));
    const look = psqlLook(migration.old.database, '\\\\dt *.*');
    const hint = `correct ${key} in migration.yaml`;
    if (found === undefined) {
      const others = foundInstead(observed.map(nameOf));
      return [{ subject: table, verdict: 'fail', observed: `the old database has no such table${others}`, look, hint }];
    }
    const absent = [...bookkeeping, ...Object.keys(columns)].filter((column) => !found.columns.includes(column));
    return absent.map((column) => ({
      subject: `${table}.${column}`,
      verdict: 'fail',
      observed: `the old table has no such column: it has ${list(found.columns, 30)}`,
      look,
      hint,
    }));
  });
}

function isNamed({ schema, table }: TableColumns, name: string): boolean {
  return name === `${schema}.${table}` || name === table;
}

function nameOf({ schema, table }: TableColumns): string {
  return schema === 'public' ? table : `${schema}.${table}`;
}
