import type { OldStreamConfig } from '../config/sections/old-streams.ts';
import type { OldSample, Value } from './observed.ts';
import { identifier, type Queries, tableName } from './sql.ts';
import { ownRows } from './stream-rows.ts';
import { requireColumns, requireTable } from './table.ts';
import { columnValue, milliseconds } from './values.ts';

/** A stretch of an old table, and the columns that are read of it. */
export interface SampleRange {
  readonly from: Date;
  readonly to: Date;
  readonly columns: readonly string[];
}

/**
 * An old table's samples within [from, to) in the order of time, page by page: each page is a query of its own that begins
 * after the last one's end, so that no transaction stays open on the server and memory is bounded by the page.
 * Throws `Unobservable` when the table or a column is missing, or the database does not answer.
 *
 * @param pageRows a page's size; rows that share the time of its last one come with it
 */
export async function* readOldSamples(
  db: Queries,
  stream: OldStreamConfig,
  { from, to, columns }: SampleRange,
  pageRows = 1_000,
): AsyncGenerator<readonly OldSample[]> {
  const shape = await requireTable(db, stream.table);
  const { device } = stream;
  requireColumns(shape, [
    stream.time,
    ...(device === undefined ? [] : [device]),
    ...Object.keys(stream.where),
    ...columns,
  ]);
  const own = ownRows(stream);
  const time = identifier(stream.time);
  const [after, end] = [own.parameters.length + 1, own.parameters.length + 2];
  const sql = (comparison: string) =>
    `SELECT ${time}::text AS exact, ${milliseconds(time)} AS ms, ${device === undefined ? 'NULL' : identifier(device)}::text AS device
            ${columns.map((column, index) => `, ${columnValue(column, shape)} AS v${index}`).join('')}
       FROM ${tableName(stream.table)}
      WHERE ${own.condition} AND ${time} ${comparison} $${after}::timestamptz AND ${time} < $${end}::timestamptz
      ORDER BY ${time} FETCH FIRST ${pageRows} ROWS WITH TIES`;
  let cursor = from.toISOString();
  for (let comparison = '>='; ; comparison = '>') {
    const rows = await db.query<SampleRow>(sql(comparison), [...own.parameters, cursor, to.toISOString()]);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows.map((row) => ({
      exactTime: row.exact,
      timeMs: row.ms,
      ...(row.device === null ? {} : { device: row.device }),
      values: columns.map((_, index) => row[`v${index}`] as Value),
    }));
    if (rows.length < pageRows) return;
    cursor = last.exact;
  }
}

interface SampleRow extends Record<string, unknown> {
  readonly exact: string;
  readonly ms: number;
  readonly device: string | null;
}
