import type { Gap, StreamGaps } from './observed.ts';
import { identifier, isoText, type Queries, tableName } from './sql.ts';
import { ownRows, type RowsConfig } from './stream-rows.ts';
import { requireColumns, requireTable } from './table.ts';

/**
 * Where a stream's rows pause for longer than `limitSeconds` within [from, to), at both ends of it too: from the last row
 * before the window (or the window's start, where there is none) to the first in it, and from the last to its end.
 *
 * No row is counted. From one row the walk goes to the last within the limit after it, by one probe of the index on time,
 * and where there is none to the next: rows that lie no further apart than the limit cannot pause for longer. Any two
 * steps go further than the limit, so the cost grows with the window and shrinks with the limit, and the number of rows
 * has no part in it. The walk is made day by day: a day lies in few chunks of a hypertable, and the planner leaves out
 * all others, where a bound that it does not know would have every probe ask every chunk.
 *
 * Throws `Unobservable` when the table, its time or a `where` column is missing, or the database does not answer.
 */
export async function observeGaps(
  db: Queries,
  stream: string,
  rows: RowsConfig,
  window: { readonly from: Date; readonly to: Date },
  limitSeconds: number,
): Promise<StreamGaps> {
  const shape = await requireTable(db, rows.table);
  requireColumns(shape, [rows.time, ...Object.keys(rows.where)]);
  const bounds = [window.from, ...midnights(window), window.to];
  const steps: Step[] = [];
  for (let first = 0; first + 1 < bounds.length; first += daysAtOnce) {
    steps.push(...(await walkDays(db, rows, bounds.slice(first, first + daysAtOnce + 1), first, limitSeconds)));
  }
  const edges = steps.find(({ day }) => day === -1);
  return {
    stream,
    database: rows.database,
    table: rows.table,
    from: window.from.toISOString(),
    to: window.to.toISOString(),
    limitSeconds,
    ...(edges?.at == null ? {} : { oldestAt: edges.at }),
    ...stitched(steps, edges?.before ?? undefined, window, limitSeconds),
  };
}

/** A statement walks no more days, so that each ends well within the time-out of one. */
const daysAtOnce = 8;

/** The steps of the days between the bounds, of which the first has that number; and of day -1 before the very first. */
async function walkDays(
  db: Queries,
  rows: RowsConfig,
  bounds: readonly Date[],
  firstDay: number,
  limitSeconds: number,
): Promise<Step[]> {
  const own = ownRows(rows);
  const limit = own.parameters.length + 1;
  const walks = bounds.slice(1).map((_, index) => walk(rows, firstDay + index, limit, limit + 1 + index));
  const parts = firstDay === 0 ? [outside(rows, limit + 1), ...walks] : walks;
  const parameters = [...own.parameters, limitSeconds, ...bounds.map((bound) => bound.toISOString())];
  return db.query<Step>(parts.join('\nUNION ALL\n'), parameters);
}

/** Two rows, one after the other, further apart than the limit; or the first row of a day (no `before`), or its last (no `at`). */
interface Step {
  readonly day: number;
  readonly before: string | null;
  readonly at: string | null;
}

/** The gaps of a window from the walks of its days, which are not told of what lies between two of them. */
export function stitched(
  steps: readonly Step[],
  rowBefore: string | undefined,
  window: { readonly from: Date; readonly to: Date },
  limitSeconds: number,
): Pick<StreamGaps, 'gaps' | 'firstAt' | 'newestAt'> {
  const inner = steps.filter(({ day }) => day >= 0).sort((a, b) => a.day - b.day || order(a) - order(b));
  const gaps: Gap[] = [];
  let last = rowBefore ?? window.from.toISOString();
  let firstAt: string | undefined;
  const endAt = (to: string) => {
    if (Date.parse(to) - Date.parse(last) > limitSeconds * 1000) gaps.push({ from: last, to });
    last = to;
  };
  for (const { before, at } of inner) {
    if (before !== null) last = before;
    if (at === null) continue;
    firstAt ??= at;
    endAt(at);
  }
  const newestAt = firstAt === undefined ? undefined : last;
  endAt(window.to.toISOString());
  return { gaps, ...(firstAt === undefined ? {} : { firstAt }), ...(newestAt === undefined ? {} : { newestAt }) };
}

/** The first row of a day comes before its gaps, and they before its last row. */
function order({ before, at }: Step): number {
  if (before === null) return Number.NEGATIVE_INFINITY;
  return at === null ? Number.POSITIVE_INFINITY : Date.parse(before);
}

/** The midnights (UTC) within the window, at which it is cut. */
function midnights({ from, to }: { readonly from: Date; readonly to: Date }): Date[] {
  const dayMs = 86_400_000;
  const cuts: Date[] = [];
  for (let at = (Math.floor(from.getTime() / dayMs) + 1) * dayMs; at < to.getTime(); at += dayMs)
    cuts.push(new Date(at));
  return cuts;
}

/** The last row before the window, and the stream's first row of all, as the step of day -1. */
function outside(rows: RowsConfig, from: number): string {
  return `SELECT -1 AS day, ${isoText(`(${row(rows, `< $${from}::timestamptz`, 'DESC')})`)} AS before,
                 ${isoText(`(${row(rows, 'IS NOT NULL', 'ASC')})`)} AS at`;
}

/** The steps of one day's walk, those within the limit left out. */
function walk(rows: RowsConfig, day: number, limit: number, from: number): string {
  const time = identifier(rows.time);
  const within = `>= $${from}::timestamptz AND ${time} < $${from + 1}::timestamptz`;
  const span = `make_interval(secs => $${limit}::float8)`;
  return `(WITH RECURSIVE walk (at, before) AS (
    SELECT (${row(rows, within, 'ASC')}), NULL::timestamptz
    UNION ALL
    SELECT coalesce(
      (${row(rows, `> walk.at AND ${time} <= walk.at + ${span} AND ${time} ${within}`, 'DESC')}),
      (${row(rows, `> walk.at AND ${time} ${within}`, 'ASC')})), walk.at
    FROM walk WHERE walk.at IS NOT NULL
  )
  SELECT ${day}, ${isoText('before')}, ${isoText('at')} FROM walk
   WHERE before IS NULL AND at IS NOT NULL OR before IS NOT NULL AND at IS NULL OR at - before > ${span})`;
}

/** The first or last row of the stream whose time is so. */
function row(rows: RowsConfig, condition: string, direction: 'ASC' | 'DESC'): string {
  const time = identifier(rows.time);
  return `SELECT ${time} FROM ${tableName(rows.table)} WHERE ${ownRows(rows).condition} AND ${time} ${condition} ORDER BY ${time} ${direction} LIMIT 1`;
}
