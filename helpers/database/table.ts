import { nearNames } from '../near-names.ts';
import { Unobservable } from '../unobservable.ts';
import { type Queries, tableName } from './sql.ts';

export interface TableShape {
  readonly schema: string;
  readonly name: string;
  /** Columns that are there, by name; `numeric` for those that have a smallest and a largest value. */
  readonly columns: ReadonlyMap<string, { readonly numeric: boolean; readonly boolean: boolean }>;
}

/** What a table is made of, by the catalog; undefined when there is no such table, or view, on the search path. */
export async function tableShape(db: Queries, table: string): Promise<TableShape | undefined> {
  const rows = await db.query<{ schema: string; name: string; column: string | null; category: string | null }>(
    `SELECT n.nspname AS schema, c.relname AS name, a.attname AS column, t.typcategory AS category
       FROM pg_catalog.pg_class c
       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       LEFT JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
      WHERE c.oid = to_regclass($1)`,
    [tableName(table)],
  );
  const [first] = rows;
  if (first === undefined) return undefined;
  const columns = rows.flatMap(({ column, category }) =>
    column === null ? [] : [[column, { numeric: category === 'N', boolean: category === 'B' }] as const],
  );
  return { schema: first.schema, name: first.name, columns: new Map(columns) };
}

/** Throws `Unobservable` that names the columns which a table lacks, and those that may have been meant. */
export function requireColumns(shape: TableShape, names: readonly string[]): void {
  const there = [...shape.columns.keys()];
  const missing = names.filter((name) => !shape.columns.has(name));
  const [first] = missing;
  if (first === undefined) return;
  const near = nearNames(first, there);
  throw new Unobservable('unsupported', `table ${shape.name} has no column ${missing.join(', ')}`, {
    hint: `correct migration.yaml; ${near.length > 0 ? `near: ${near.join(', ')}` : `its columns: ${there.join(', ')}`}`,
  });
}

/** The shape of a table that must be there. Throws `Unobservable` when it is not. */
export async function requireTable(db: Queries, table: string): Promise<TableShape> {
  const shape = await tableShape(db, table);
  if (shape === undefined) throw new Unobservable('unsupported', `there is no table ${table}`);
  return shape;
}
