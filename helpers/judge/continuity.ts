import type { Migration, StreamConfig } from '../config/schema.ts';
import type { Gap, StreamGaps } from '../database/observed.ts';
import type { Attribution } from './attribution.ts';
import { databaseLook, whereClause } from './look.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from './verdict.ts';
import { judgedSeconds, type Span, takenWords, type Window, windowBetween } from './window.ts';
import { count, duration } from './words.ts';

/** A gap that counts: longer than its stream's limit, planned outages aside. */
export interface CountedGap extends Gap {
  readonly stream: string;
  /** Without planned outages. */
  readonly seconds: number;
  /** How many rows were due in it, by the stream's interval. */
  readonly missingRows: number;
  /** It lasts up to the end of what was looked at. */
  readonly open: boolean;
}

/** A gap with the hop that its rows were lost at. */
export interface AttributedGap extends CountedGap {
  /** Undefined where it was not looked for. */
  readonly attribution?: Attribution;
}

/**
 * The gaps that count, oldest first. `observed` holds each stream's pauses over one window. A gap counts when what is left
 * of it without planned outages is longer than its stream's limit: an outage that was announced cuts it, and rows that
 * are late by less than the limit on both sides of it are no gap.
 *
 * @param options.since what lies before it does not count: the system had not begun
 */
export function countedGaps(
  observed: readonly StreamGaps[],
  migration: Migration,
  options: { readonly since?: string } = {},
): CountedGap[] {
  const since = options.since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(options.since);
  const gaps = observed.flatMap((state): CountedGap[] => {
    const stream = migration.new.streams[state.stream];
    if (stream === undefined) return [];
    return state.gaps.flatMap((gap) => {
      const from = Date.parse(gap.from) < since ? (options.since ?? gap.from) : gap.from;
      if (Date.parse(from) >= Date.parse(gap.to)) return [];
      const judged = windowBetween(new Date(from), new Date(gap.to), migration.maintenance);
      const seconds = judgedSeconds(judged);
      if (seconds <= stream.maxGap) return [];
      const open = gap.to === state.to;
      return [
        { stream: state.stream, from, to: gap.to, seconds, missingRows: missingRows(seconds, stream, open), open },
      ];
    });
  });
  return gaps.sort((a, b) => Date.parse(a.from) - Date.parse(b.from));
}

/** Rows due between two rows that are so far apart; up to an end of the window, the row at that end is due as well. */
function missingRows(seconds: number, { storedEvery }: StreamConfig, open: boolean): number {
  return Math.max(1, open ? Math.floor(seconds / storedEvery) : Math.round(seconds / storedEvery) - 1);
}

/** When the new system began to store: its first row of all. Undefined when it has none. */
export function beginningOf(observed: readonly StreamGaps[]): string | undefined {
  return observed
    .flatMap(({ oldestAt }) => oldestAt ?? [])
    .sort((a, b) => Date.parse(a) - Date.parse(b))
    .at(0);
}

/**
 * P3.continuity, P7.continuity (plan 3.3 "no gaps", 7.2): no stream has a gap longer than its limit within the window,
 * at both of its ends too. Each gap comes with start, end, the rows that it lacks and the hop that they were lost at.
 *
 * @param window what is judged: it begins no earlier than the system did
 */
export function judgeContinuity(
  observed: Sightings<StreamGaps>,
  gaps: readonly AttributedGap[],
  window: Window,
  migration: Migration,
): Verdict {
  const findings = observed.seen.flatMap((state): Finding[] => {
    const stream = migration.new.streams[state.stream];
    if (stream === undefined) return [];
    const own = gaps.filter((gap) => gap.stream === state.stream);
    const subject = `${state.stream} (${state.table})`;
    if (own.length > 0) return own.map((gap) => ({ subject, ...gapFinding(gap, stream, migration) }));
    const limit = `none longer than ${duration(stream.maxGap)}`;
    return [
      { subject, verdict: 'pass', observed: `${limit} in ${duration(judgedSeconds(window))}${excused(state, window)}` },
    ];
  });
  const limits = Object.entries(migration.new.streams).map(([name, { maxGap }]) => `${name} ${duration(maxGap)}`);
  return verdictOf([...findings, ...unseenFindings(observed.unseen)], {
    expected: `no pause in any stream's rows longer than its limit (${limits.join(', ')}) from ${window.from} to ${window.to}${takenWords(window)}`,
    pass: `${count(findings.length, 'stream')} without a gap in ${duration(window.seconds)}`,
    hint: 'npm run diagnose gaps shows each gap with its cause and where to look (plan, Troubleshooting). A gap that was planned belongs under maintenance in migration.yaml.',
  });
}

function gapFinding(gap: AttributedGap, stream: StreamConfig, migration: Migration): Omit<Finding, 'subject'> {
  const { database, table, time, where } = stream.rows;
  const terms = whereClause(where);
  const around = `${time} BETWEEN '${gap.from}' AND '${gap.to}'`;
  const sql = `SELECT ${time} FROM ${table}${terms}${terms === '' ? ' WHERE' : ' AND'} ${around} ORDER BY 1`;
  return {
    verdict: 'fail',
    observed: `no row for ${gapWords(gap)}, limit ${duration(stream.maxGap)}: ${missing(gap)}${causeWords(gap)}`,
    since: gap.from,
    ...databaseLook(migration, database, sql),
  };
}

/** `20 min, from … to …`, and how much of that was planned. */
export function gapWords({ from, to, seconds, open }: CountedGap): string {
  const whole = (Date.parse(to) - Date.parse(from)) / 1000;
  const planned = whole - seconds >= 1 ? ` (${duration(whole - seconds)} of planned maintenance taken out)` : '';
  return `${duration(seconds)}${planned}, from ${from} to ${open ? `${to}, where the window ends` : to}`;
}

/** `some 120 rows missing`. */
export function missing({ missingRows }: CountedGap): string {
  return `some ${count(missingRows, 'row')} missing`;
}

function causeWords({ attribution }: AttributedGap): string {
  return attribution === undefined ? '' : `; ${attribution.words}`;
}

/** Pauses that are no gaps because they were planned. */
function excused(state: StreamGaps, window: Span): string {
  const planned = state.gaps.filter(({ to }) => Date.parse(to) > Date.parse(window.from));
  return planned.length === 0 ? '' : `, ${count(planned.length, 'pause')} in planned maintenance taken out`;
}
