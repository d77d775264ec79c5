import type { ColumnRange, WindowRows } from './observed.ts';
import { identifier, type Queries, tableName } from './sql.ts';
import { ownRows, type RowsConfig } from './stream-rows.ts';
import { requireColumns, requireTable } from './table.ts';

/**
 * What a stream wrote within [from, to), in one pass over that part of the table: rows, rows that stand more than once
 * (same device, time and configured values), and for each configured column its nulls and range. A configured column
 * that the table lacks counts as null in every row. Throws `Unobservable` when the table, its time, device or `where`
 * column is missing, or the database does not answer.
 */
export async function observeWindow(
  db: Queries,
  stream: string,
  rows: RowsConfig,
  window: { readonly from: Date; readonly to: Date },
): Promise<WindowRows> {
  const shape = await requireTable(db, rows.table);
  requireColumns(shape, [rows.time, rows.device, ...Object.keys(rows.where)]);
  const columns = Object.keys(rows.columns);
  const present = columns.filter((column) => shape.columns.has(column));
  const own = ownRows(rows);
  const [from, to] = [own.parameters.length + 1, own.parameters.length + 2];
  const time = identifier(rows.time);
  const identity = [rows.device, rows.time, ...present].map(identifier).join(', ');
  const [answer] = await db.query<Record<string, number | null>>(
    `SELECT count(*)::float8 AS row_count, (count(*) - count(DISTINCT (${identity})))::float8 AS duplicate_count
            ${present.map((column, index) => `, ${aggregates(column, index, shape.columns.get(column)?.numeric === true)}`).join('')}
       FROM ${tableName(rows.table)}
      WHERE ${own.condition} AND ${time} >= $${from}::timestamptz AND ${time} < $${to}::timestamptz`,
    [...own.parameters, window.from.toISOString(), window.to.toISOString()],
  );
  const rowCount = answer?.row_count ?? 0;
  return {
    stream,
    from: window.from.toISOString(),
    to: window.to.toISOString(),
    rowCount,
    duplicateCount: answer?.duplicate_count ?? 0,
    columns: columns.map((column) => columnRange(column, present.indexOf(column), answer ?? {}, rowCount)),
  };
}

/** By way of text a `real` of 20.1 stays 20.1 and does not become 20.10000038. */
function aggregates(column: string, index: number, numeric: boolean): string {
  const name = identifier(column);
  const nulls = `count(*) FILTER (WHERE ${name} IS NULL)::float8 AS null_${index}`;
  return numeric
    ? `${nulls}, min(${name})::text::float8 AS min_${index}, max(${name})::text::float8 AS max_${index}`
    : nulls;
}

function columnRange(
  column: string,
  index: number,
  answer: Readonly<Record<string, number | null>>,
  rowCount: number,
): ColumnRange {
  if (index === -1) return { column, nullCount: rowCount };
  const min = answer[`min_${index}`] ?? undefined;
  const max = answer[`max_${index}`] ?? undefined;
  return {
    column,
    nullCount: answer[`null_${index}`] ?? 0,
    ...(min === undefined ? {} : { min: ordered(min) }),
    ...(max === undefined ? {} : { max: ordered(max) }),
  };
}

/** PostgreSQL sorts NaN above every number, so it is the largest here too: JavaScript would find it in every range. */
function ordered(value: number): number {
  return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
}
