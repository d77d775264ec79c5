import type { RowsOfDay } from './observed.ts';
import { identifier, type Queries, tableName } from './sql.ts';
import { ownRows, type RowsConfig } from './stream-rows.ts';
import { requireColumns, requireTable } from './table.ts';

/**
 * A stream's rows in each of the spans, counted one by one up to `most` and no further: what it costs is bounded by the
 * rows that are due and not by those that are there. Throws `Unobservable` when the table, its time or a `where` column is
 * missing, or the database does not answer.
 */
export async function observeRowsOfDays(
  db: Queries,
  stream: string,
  rows: RowsConfig,
  spans: readonly { readonly from: string; readonly to: string }[],
  most: number,
): Promise<RowsOfDay[]> {
  const shape = await requireTable(db, rows.table);
  requireColumns(shape, [rows.time, ...Object.keys(rows.where)]);
  if (spans.length === 0) return [];
  const own = ownRows(rows);
  const time = identifier(rows.time);
  const limit = own.parameters.length + 1;
  const counts = spans.map(
    (_, index) => `SELECT ${index} AS span, count(*)::float8 AS "rowCount" FROM (
      SELECT 1 FROM ${tableName(rows.table)}
       WHERE ${own.condition} AND ${time} >= $${limit + 1 + 2 * index}::timestamptz AND ${time} < $${limit + 2 + 2 * index}::timestamptz
       LIMIT $${limit}::int8) counted`,
  );
  const bounds = spans.flatMap(({ from, to }) => [from, to]);
  const answers = await db.query<{ span: number; rowCount: number }>(counts.join('\nUNION ALL\n'), [
    ...own.parameters,
    most + 1,
    ...bounds,
  ]);
  return spans.map(({ from, to }, index) => {
    const counted = answers.find(({ span }) => span === index)?.rowCount ?? 0;
    return { stream, from, to, rowCount: Math.min(counted, most), isMore: counted > most };
  });
}
