import type { Database } from '../target/dial/postgres.ts';

/** What observing needs of a database: queries that only read. Throws `Unobservable`. */
export type Queries = Pick<Database, 'query'>;

/** A name as SQL takes it, whatever it holds. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A table's name, with its schema where it is written `schema.table`. */
export function tableName(name: string): string {
  const [schema, table] = splitTable(name);
  return schema === undefined ? identifier(table) : `${identifier(schema)}.${identifier(table)}`;
}

function splitTable(name: string): [string | undefined, string] {
  const dot = name.indexOf('.');
  return dot === -1 ? [undefined, name] : [name.slice(0, dot), name.slice(dot + 1)];
}

/** SQL that gives a time as ISO 8601 text in UTC, to the millisecond: drivers differ in what they make of a timestamp. */
export function isoText(expression: string): string {
  return `to_char((${expression})::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
