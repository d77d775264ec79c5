import type { Migration, StreamConfig } from '../config/schema.ts';
import type { RowsOfDay } from '../database/observed.ts';
import { databaseLook, whereClause } from './look.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from './verdict.ts';
import { judgedSeconds, type Span, type Window, windowBetween } from './window.ts';
import { count, list, number } from './words.ts';

const daySeconds = 86_400;

/** The days of 24 hours that are over, counted from a moment on: the last one lies before `to`. */
export function daysSince(from: Date, to: Date): Span[] {
  const whole = Math.floor((to.getTime() - from.getTime()) / (daySeconds * 1000));
  const at = (day: number) => new Date(from.getTime() + day * daySeconds * 1000).toISOString();
  return Array.from({ length: Math.max(0, whole) }, (_, day) => ({ from: at(day), to: at(day + 1) }));
}

/**
 * How many rows a stream may store within a day: as its interval has it, give or take `limits.rate`. A replica runs faster
 * than life for as long as it is up, so at most it is the faster of its two intervals that counts.
 */
export function rowsBand(
  { every, storedEvery }: Pick<StreamConfig, 'every' | 'storedEvery'>,
  { rate }: Migration['limits'],
  seconds = daySeconds,
): { readonly least: number; readonly most: number } {
  return {
    least: Math.floor((seconds / storedEvery) * (1 - rate)),
    most: Math.ceil((daySeconds / Math.min(every, storedEvery)) * (1 + rate)),
  };
}

/**
 * P7.growth (plan 7.1 "data growth"): each stream stored as many rows as were due, every day since the cutover; a size
 * would not do, for it shrinks when chunks are dropped. A day counts when it is over; planned outages lessen what is due.
 */
export function judgeGrowth(observed: Sightings<RowsOfDay>, window: Window, migration: Migration): Verdict {
  const days = daysSince(new Date(window.from), new Date(window.to));
  const findings = Object.entries(migration.new.streams).flatMap(([name, stream]): Finding[] => {
    const rows = observed.seen.filter((one) => one.stream === name);
    return rows.length === 0 ? [] : streamFindings(name, stream, rows, migration);
  });
  if (days.length === 0) findings.push(tooEarly(window));
  const total = observed.seen.reduce((sum, { rowCount }) => sum + rowCount, 0);
  return verdictOf([...findings, ...unseenFindings(observed.unseen)], {
    expected: `rows a day as each stream's interval has it: ${bands(migration)}`,
    pass: `${count(days.length, 'day')}, ${count(total, 'row')}, each stream within its band every day`,
    hint: 'Too few: npm run diagnose gaps shows where they were lost. Too many: a sensor that reports more often (correct `every` in migration.yaml), or a sink that replays (P1.no-duplicates).',
  });
}

function streamFindings(
  name: string,
  stream: StreamConfig,
  rows: readonly RowsOfDay[],
  migration: Migration,
): Finding[] {
  const subject = `${stream.rows.table} (${name})`;
  const outside = rows.flatMap((day): Finding[] => {
    const planned = windowBetween(new Date(day.from), new Date(day.to), migration.maintenance);
    const { least, most } = rowsBand(stream, migration.limits, judgedSeconds(planned));
    if (!day.isMore && day.rowCount >= least) return [];
    const terms = whereClause(stream.rows.where);
    const { time, table, database } = stream.rows;
    const sql = `SELECT count(*) FROM ${table}${terms}${terms === '' ? ' WHERE' : ' AND'} ${time} >= '${day.from}' AND ${time} < '${day.to}'`;
    const stored = day.isMore ? `more than ${count(most, 'row')}` : count(day.rowCount, 'row');
    return [
      {
        subject,
        verdict: 'fail',
        observed: `${stored} in the day from ${day.from}, where ${number(least)} to ${number(most)} are due`,
        since: day.from,
        ...databaseLook(migration, database, sql),
      },
    ];
  });
  if (outside.length > 0) return outside;
  const counts = rows.map(({ rowCount }) => rowCount);
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  const range = fewest === most ? count(most, 'row') : `${number(fewest)} to ${count(most, 'row')}`;
  return [{ subject, verdict: 'pass', observed: `${range} a day on ${count(rows.length, 'day')}` }];
}

function tooEarly({ from }: Span): Finding {
  const enough = new Date(Date.parse(from) + daySeconds * 1000).toISOString();
  return {
    subject: 'the first day',
    verdict: 'inconclusive',
    observed: `since the cutover at ${from} it is not over until ${enough}`,
  };
}

function bands(migration: Migration): string {
  return list(
    Object.entries(migration.new.streams).map(([name, stream]) => {
      const { least, most } = rowsBand(stream, migration.limits);
      return `${name} ${number(least)} to ${number(most)}`;
    }),
  );
}
