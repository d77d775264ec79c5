import type { HypertableConfig } from '../config/schema.ts';
import type { HypertableState } from './observed.ts';
import type { Queries } from './sql.ts';
import { type TableShape, tableShape } from './table.ts';

/**
 * Whether each table is a hypertable, and on which column, in the order given. Without TimescaleDB none is.
 * Throws `Unobservable` when the database does not answer.
 */
export async function observeHypertables(
  db: Queries,
  tables: readonly Pick<HypertableConfig, 'table'>[],
): Promise<HypertableState[]> {
  const withTimescale = await hasTimescale(db);
  const states: HypertableState[] = [];
  for (const { table } of tables) {
    const shape = await tableShape(db, table);
    const timeColumn = withTimescale && shape ? await timeColumnOf(db, shape) : undefined;
    const isHypertable = timeColumn !== undefined;
    states.push({ table, exists: shape !== undefined, isHypertable, ...(isHypertable ? { timeColumn } : {}) });
  }
  return states;
}

/** True when the extension is installed in this database. */
export async function hasTimescale(db: Queries): Promise<boolean> {
  const rows = await db.query(`SELECT 1 FROM pg_catalog.pg_extension WHERE extname = 'timescaledb'`);
  return rows.length > 0;
}

async function timeColumnOf(db: Queries, shape: TableShape): Promise<string | undefined> {
  const [row] = await db.query<{ column: string }>(
    `SELECT column_name::text AS column FROM timescaledb_information.dimensions
      WHERE hypertable_schema = $1 AND hypertable_name = $2 AND dimension_number = 1`,
    [shape.schema, shape.name],
  );
  return row?.column;
}
