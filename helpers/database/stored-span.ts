import type { HypertableConfig } from '../config/schema.ts';
import { hasTimescale } from './hypertables.ts';
import type { StoredSpan } from './observed.ts';
import { identifier, isoText, type Queries, tableName } from './sql.ts';
import { requireColumns, requireTable } from './table.ts';

/**
 * The oldest row of each table, by its index on time, with the length of its chunks and the interval of its retention
 * job: what a policy drops it drops by whole chunks, whenever its job runs.
 * Throws `Unobservable` when a table or its time column is missing, or the database does not answer.
 */
export async function observeStoredSpans(
  db: Queries,
  tables: readonly Pick<HypertableConfig, 'table' | 'timeColumn'>[],
): Promise<StoredSpan[]> {
  const withTimescale = await hasTimescale(db);
  const spans: StoredSpan[] = [];
  for (const { table, timeColumn } of tables) {
    const shape = await requireTable(db, table);
    requireColumns(shape, [timeColumn]);
    const time = identifier(timeColumn);
    const oldest = `SELECT ${time} FROM ${tableName(table)} WHERE ${time} IS NOT NULL ORDER BY ${time} LIMIT 1`;
    const [answer] = await db.query<{ now: string; oldest: string | null; chunk: number | null; every: number | null }>(
      `SELECT ${isoText('clock_timestamp()')} AS now, ${isoText(`(${oldest})`)} AS oldest,
              ${withTimescale ? `(${chunkSeconds})` : 'NULL::float8'} AS chunk,
              ${withTimescale ? `(${jobSeconds})` : 'NULL::float8'} AS every`,
      withTimescale ? [shape.schema, shape.name] : [],
    );
    spans.push({
      table,
      databaseNow: answer?.now ?? '',
      ...(answer?.oldest == null ? {} : { oldestAt: answer.oldest }),
      ...(answer?.chunk == null ? {} : { chunkSeconds: answer.chunk }),
      ...(answer?.every == null ? {} : { jobEverySeconds: answer.every }),
    });
  }
  return spans;
}

const chunkSeconds = `SELECT extract(epoch FROM time_interval)::float8 FROM timescaledb_information.dimensions
  WHERE hypertable_schema = $1 AND hypertable_name = $2 AND dimension_number = 1`;

const jobSeconds = `SELECT extract(epoch FROM schedule_interval)::float8 FROM timescaledb_information.jobs
  WHERE proc_name = 'policy_retention' AND hypertable_schema = $1 AND hypertable_name = $2 LIMIT 1`;
