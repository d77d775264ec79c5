import type { NearRow, OldSample, Value } from './observed.ts';
import { identifier, type Queries, tableName } from './sql.ts';
import { ownRows, type RowsConfig } from './stream-rows.ts';
import { requireColumns, requireTable, type TableShape } from './table.ts';
import { columnValue, milliseconds } from './values.ts';

/** What is asked of the new table for each old sample. */
export interface NearOptions {
  readonly columns: readonly string[];
  /** Seconds that a row may be stamped before or after the sample. */
  readonly within: number;
  /** At most so many rows that were stamped before the sample. */
  readonly before: number;
  /** At most so many that were stamped at its time or later. */
  readonly after: number;
}

/**
 * For each sample the rows of a stream that are nearest in time, before and after, of the sample's device where it has
 * one. They are found by probes of the index on time (or device and time): what it costs grows with the samples and not
 * with the rows. Throws `Unobservable` when the table or a column is missing, or the database does not answer.
 *
 * @returns rows by the sample's index, in no order within it
 */
export async function nearRows(
  db: Queries,
  rows: RowsConfig,
  samples: readonly OldSample[],
  options: NearOptions,
): Promise<NearRow[]> {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined) return [];
  const shape = await requireTable(db, rows.table);
  requireColumns(shape, [rows.time, rows.device, ...Object.keys(rows.where), ...options.columns]);
  const ofDevice = first.device !== undefined;
  const answers = await db.query<{ n: number; ms: number } & Record<string, unknown>>(
    probes(rows, shape, options, ofDevice),
    [
      ...ownRows(rows).parameters,
      samples.map(({ exactTime }) => exactTime),
      ofDevice ? samples.map(({ device }) => device) : [],
      new Date(first.timeMs - options.within * 1000 - 1).toISOString(),
      new Date(last.timeMs + options.within * 1000 + 1).toISOString(),
    ],
  );
  return answers.map((answer) => ({
    sample: answer.n - 1,
    timeMs: answer.ms,
    values: options.columns.map((_, index) => answer[`v${index}`] as Value),
  }));
}

function probes(
  rows: RowsConfig,
  shape: TableShape,
  { columns, within, before, after }: NearOptions,
  ofDevice: boolean,
): string {
  const own = ownRows(rows);
  const parameter = (index: number) => `$${own.parameters.length + index}`;
  const time = identifier(rows.time);
  const table = tableName(rows.table);
  // The bounds of the whole page let the planner leave out chunks; the sample's own leave out the rest while it runs.
  const side = (comparison: string, order: string, limit: number) =>
    `(SELECT * FROM ${table} WHERE ${own.condition} ${ofDevice ? `AND ${identifier(rows.device)} = s.device` : ''}
        AND ${time} >= ${parameter(3)}::timestamptz AND ${time} <= ${parameter(4)}::timestamptz
        AND ${comparison} ORDER BY ${time} ${order} LIMIT ${limit})`;
  return `SELECT s.n::int AS n, ${milliseconds(`r.${time}`)} AS ms
            ${columns.map((column, index) => `, ${columnValue(column, shape)} AS v${index}`).join('')}
       FROM ROWS FROM (unnest(${parameter(1)}::timestamptz[]), unnest(${parameter(2)}::text[])) WITH ORDINALITY AS s(at, device, n)
      CROSS JOIN LATERAL (
        ${side(`${time} < s.at AND ${time} >= s.at - interval '${within} seconds'`, 'DESC', before)}
        UNION ALL
        ${side(`${time} >= s.at AND ${time} <= s.at + interval '${within} seconds'`, 'ASC', after)}
      ) r`;
}
