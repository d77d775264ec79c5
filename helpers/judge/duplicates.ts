import type { Migration } from '../config/schema.ts';
import type { WindowRows } from '../database/observed.ts';
import { databaseLook, whereClause } from './look.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from './verdict.ts';
import { count, countOf, percent } from './words.ts';

/**
 * P1.no-duplicates: rows that stand twice (same device, time and values) stay under the declared share of the window's
 * rows. The tables have no key, so a sink that replays stores again. A stream without a row has nothing to judge.
 */
export function judgeDuplicates(windows: Sightings<WindowRows>, migration: Migration): Verdict {
  const limit = migration.limits.duplicateShare;
  const findings = byStream(windows.seen).map(([stream, spans]): Finding => {
    const rows = spans.reduce((sum, { rowCount }) => sum + rowCount, 0);
    const twice = spans.reduce((sum, { duplicateCount }) => sum + duplicateCount, 0);
    const config = migration.new.streams[stream]?.rows;
    const subject = config === undefined ? stream : `${config.table} (${stream})`;
    if (rows === 0) return { subject, verdict: 'pass', observed: 'no row in the window', quiet: true };
    const observed = `${countOf(twice, rows, 'row')} stored twice (${percent(twice / rows)})`;
    if (twice / rows < limit || twice === 0) return { subject, verdict: 'pass', observed };
    const sql =
      config &&
      `SELECT ${config.time}, ${config.device}, count(*) FROM ${config.table}${whereClause(config.where)} GROUP BY 1, 2 HAVING count(*) > 1 ORDER BY 1 DESC LIMIT 20`;
    const look = config === undefined || sql === undefined ? {} : databaseLook(migration, config.database, sql);
    return { subject, verdict: 'fail', observed, ...look };
  });
  const total = windows.seen.reduce((sum, { rowCount }) => sum + rowCount, 0);
  return verdictOf([...findings, ...unseenFindings(windows.unseen)], {
    expected: `less than ${percent(limit)} of the window’s rows are stored twice (same device, time and values)`,
    pass: `${count(total, 'row')}, duplicates under ${percent(limit)}`,
    hint: 'A sink that restarts replays what it had not committed. See P1.restarts and P1.lag for why; distinct rows are right in comparisons.',
  });
}

/** The windows of each stream: several when planned outages cut the time. */
export function byStream<T extends { readonly stream: string }>(windows: readonly T[]): [string, T[]][] {
  const streams = [...new Set(windows.map(({ stream }) => stream))];
  return streams.map((stream) => [stream, windows.filter((window) => window.stream === stream)]);
}
