import type { GapAround, TableState } from './observed.ts';
import { identifier, isoText, type Queries, tableName } from './sql.ts';

/**
 * The last row of a table before `from`, and the first at or after `to`: two index probes. A table without a time column
 * that can be asked has neither. Throws `Unobservable`.
 */
export async function observeGapAround(
  db: Queries,
  { table, timeColumn }: Pick<TableState, 'table' | 'timeColumn'>,
  { from, to }: { readonly from: Date; readonly to: Date },
): Promise<GapAround> {
  if (timeColumn === undefined) return { table };
  const time = identifier(timeColumn);
  const probe = (condition: string, order: string) =>
    `(SELECT ${time} FROM ${tableName(table)} WHERE ${time} ${condition} ORDER BY ${time} ${order} LIMIT 1)`;
  const [row] = await db.query<{ before: string | null; after: string | null }>(
    `SELECT ${isoText(probe('< $1::timestamptz', 'DESC'))} AS before, ${isoText(probe('>= $2::timestamptz', 'ASC'))} AS after`,
    [from.toISOString(), to.toISOString()],
  );
  return {
    table,
    ...(row?.before == null ? {} : { lastBefore: row.before }),
    ...(row?.after == null ? {} : { firstAfter: row.after }),
  };
}
