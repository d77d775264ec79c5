import type { HypertableConfig } from '../config/schema.ts';
import { hasTimescale } from './hypertables.ts';
import type { HypertableSize } from './observed.ts';
import type { Queries } from './sql.ts';
import { requireTable } from './table.ts';

/**
 * What each table takes on disk with all its chunks and indexes, in the order given. One that is no hypertable has no
 * size here. Throws `Unobservable` when a table is missing, or the database does not answer.
 */
export async function observeHypertableSizes(
  db: Queries,
  tables: readonly Pick<HypertableConfig, 'table'>[],
): Promise<HypertableSize[]> {
  const withTimescale = await hasTimescale(db);
  const sizes: HypertableSize[] = [];
  for (const { table } of tables) {
    const { schema, name } = await requireTable(db, table);
    const [row] = withTimescale
      ? await db.query<{ bytes: number | null }>(
          `SELECT hypertable_size(format('%I.%I', hypertable_schema, hypertable_name)::regclass)::float8 AS bytes
             FROM timescaledb_information.hypertables WHERE hypertable_schema = $1 AND hypertable_name = $2`,
          [schema, name],
        )
      : [];
    sizes.push({ table, ...(row?.bytes == null ? {} : { sizeBytes: row.bytes }) });
  }
  return sizes;
}
