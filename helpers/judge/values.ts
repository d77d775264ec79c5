import type { Migration } from '../config/schema.ts';
import type { ColumnRange, WindowRows } from '../database/observed.ts';
import { byStream } from './duplicates.ts';
import { databaseLook } from './look.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from './verdict.ts';
import { count } from './words.ts';

/** With fewer rows "always null" is what one incomplete message looks like. */
const enoughRows = 3;

/**
 * P1.values: within the window no column that a stream is expected to fill is null in every row, and no value leaves
 * its declared range. A stream with too few rows is judged by its ranges alone.
 */
export function judgeValues(windows: Sightings<WindowRows>, migration: Migration): Verdict {
  const findings = byStream(windows.seen).flatMap(([stream, spans]): Finding[] => {
    const config = migration.new.streams[stream]?.rows;
    if (config === undefined) return [];
    const rows = spans.reduce((sum, { rowCount }) => sum + rowCount, 0);
    const table = `${config.table} (${stream})`;
    if (rows === 0) return [{ subject: table, verdict: 'pass', observed: 'no row in the window', quiet: true }];
    const columns = Object.entries(config.columns).map(([column, range]): Finding => {
      const subject = `${config.table}.${column} (${stream})`;
      const sql = `SELECT ${config.time}, ${config.device}, ${column} FROM ${config.table} ORDER BY ${config.time} DESC LIMIT 20`;
      const look = databaseLook(migration, config.database, sql);
      const parts = spans.flatMap((span) => span.columns.filter((seen) => seen.column === column));
      return { subject, ...judgeColumn(parts, rows, range), ...look };
    });
    const bad = columns.filter(({ verdict }) => verdict !== 'pass');
    const filled: Finding = {
      subject: table,
      verdict: 'pass',
      observed: `${count(columns.length - bad.length, 'column')} filled and in range over ${count(rows, 'row')}`,
    };
    return columns.length > bad.length ? [...bad, filled] : bad;
  });
  const quiet = findings.filter((finding) => finding.quiet).length;
  return verdictOf([...findings, ...unseenFindings(windows.unseen)], {
    expected: 'within the window each declared column is filled in some row, and each value lies in its declared range',
    pass: `${count(findings.length - quiet, 'stream')}, every declared column filled and in range${quiet === 0 ? '' : `; ${quiet} without a row`}`,
    hint: 'A column that is always null: a member that the sink’s mapping does not find in the payload. A value out of range: the sensor, its unit, or a range in migration.yaml that is too narrow.',
  });
}

function judgeColumn(
  parts: readonly ColumnRange[],
  rows: number,
  range: { min?: number | undefined; max?: number | undefined },
): Pick<Finding, 'verdict' | 'observed'> {
  if (parts.length === 0) return { verdict: 'inconclusive', observed: 'was not observed' };
  const nulls = parts.reduce((sum, { nullCount }) => sum + nullCount, 0);
  if (nulls >= rows) {
    if (rows < enoughRows) return { verdict: 'pass', observed: `null in ${count(rows, 'row')}, too few to judge` };
    return { verdict: 'fail', observed: `null in all ${count(rows, 'row')} of the window` };
  }
  const lows = parts.flatMap(({ min }) => min ?? []);
  const highs = parts.flatMap(({ max }) => max ?? []);
  const low = Math.min(...lows);
  const high = Math.max(...highs);
  const limits = `range ${range.min ?? '-∞'} to ${range.max ?? '∞'}`;
  if (range.min !== undefined && low < range.min) return { verdict: 'fail', observed: `as low as ${low}, ${limits}` };
  if (range.max !== undefined && high > range.max)
    return { verdict: 'fail', observed: `as high as ${high}, ${limits}` };
  const ranged = range.min !== undefined || range.max !== undefined;
  if (ranged && lows.length === 0) return { verdict: 'inconclusive', observed: `no numbers to hold against ${limits}` };
  return { verdict: 'pass', observed: ranged ? `${low} to ${high}` : 'filled' };
}
