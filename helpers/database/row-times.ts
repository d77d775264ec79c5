import { identifier, type Queries, tableName } from './sql.ts';
import { type OwnRows, ownRows } from './stream-rows.ts';

/**
 * The times of a stream's rows within [from, to), in microseconds since 1970, each once.
 * Throws `Unobservable` when the database does not answer.
 */
export async function rowTimes(
  db: Queries,
  rows: OwnRows,
  { from, to }: { readonly from: Date; readonly to: Date },
): Promise<ReadonlySet<number>> {
  const time = identifier(rows.time);
  const own = ownRows(rows);
  const [after, before] = [own.parameters.length + 1, own.parameters.length + 2];
  const times = await db.query<{ us: number }>(
    `SELECT DISTINCT (extract(epoch FROM ${time}) * 1000000)::float8 AS us FROM ${tableName(rows.table)}
      WHERE ${own.condition} AND ${time} >= $${after}::timestamptz AND ${time} < $${before}::timestamptz`,
    [...own.parameters, from.toISOString(), to.toISOString()],
  );
  return new Set(times.map(({ us }) => us));
}
