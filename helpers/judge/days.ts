import { type Finding, type Verdict, type VerdictKind, verdictOf } from './verdict.ts';
import { count, countOf } from './words.ts';

/** A run of a phase, as far as its days need it. */
export interface DayRun {
  /** When it had been decided, ISO 8601. */
  readonly at: string;
  readonly criteria: readonly { readonly id: string; readonly gates: boolean; readonly verdict: VerdictKind }[];
  /** Since when its evidence covers the time before it without a hole; not there where it speaks of that moment alone. */
  readonly coversFrom?: string;
}

export interface DaysAsked {
  /** The criterion that asks: it is not asked of itself. */
  readonly id: string;
  /** Days that must be covered. */
  readonly needed: number;
  /** What was before does not count; undefined before the first run. */
  readonly from: string | undefined;
  readonly now: Date;
  /** Days after which an operator looks, in words: the plan's 1, 3, 5 and 7. */
  readonly milestones?: readonly number[];
}

export interface Day {
  /** `2026-11-24`, UTC. */
  readonly date: string;
  readonly state: 'covered' | 'failed' | 'unclear' | 'missed';
  /** Why, in words. */
  readonly words: string;
}

const dayMs = 86_400_000;
const held: ReadonlySet<VerdictKind> = new Set(['pass', 'waived', 'not-applicable']);

/**
 * The calendar days (UTC) since `from`, today included. A day is covered when every other gating criterion held in a
 * run of that day, or when nothing was decided on it and the evidence of a later run reaches back before it began.
 */
export function daysOf(runs: readonly DayRun[], { id, from, now }: Pick<DaysAsked, 'id' | 'from' | 'now'>): Day[] {
  if (from === undefined) return [];
  const first = startOfDay(Date.parse(from));
  const last = startOfDay(now.getTime());
  const days = Array.from({ length: Math.max(0, (last - first) / dayMs + 1) }, (_, index) => first + index * dayMs);
  return days.map((start) => dayOf(start, runs, id));
}

function dayOf(start: number, runs: readonly DayRun[], id: string): Day {
  const date = new Date(start).toISOString().slice(0, 10);
  const own = runs.filter(({ at }) => startOfDay(Date.parse(at)) === start);
  const good = own.find((run) => hinders(run, id).length === 0);
  if (good !== undefined) return { date, state: 'covered', words: `held at ${good.at}` };
  const later = runs.find(
    ({ at, coversFrom, ...run }) =>
      Date.parse(at) > start &&
      coversFrom !== undefined &&
      Date.parse(coversFrom) <= start &&
      hinders(run, id).length === 0,
  );
  const failed = own.flatMap((run) => hinders(run, id).filter(({ verdict }) => verdict === 'fail'));
  if (failed.length > 0) return { date, state: 'failed', words: `${ids(failed)} failed` };
  if (later !== undefined) return { date, state: 'covered', words: `covered by the run at ${later.at}` };
  const unclear = own.flatMap((run) => hinders(run, id));
  if (unclear.length > 0) return { date, state: 'unclear', words: `${ids(unclear)} could not be decided` };
  return { date, state: 'missed', words: 'no run of this phase' };
}

/** What keeps a run's day from counting: gating criteria other than `id` that did not hold. No criterion at all is one too. */
function hinders({ criteria }: Pick<DayRun, 'criteria'>, id: string): { id: string; verdict: VerdictKind }[] {
  const others = criteria.filter((criterion) => criterion.gates && criterion.id !== id);
  const bad = others.filter(({ verdict }) => !held.has(verdict));
  if (bad.length > 0 || others.some(({ verdict }) => verdict === 'pass')) return bad;
  return [{ id: 'every criterion', verdict: 'inconclusive' }];
}

/**
 * P3.days and P7.days: enough days are covered. Never a failure: days that did not hold are those runs' own NO-GO, and
 * too little history is inconclusive, with when it will be enough.
 */
export function judgeDays(runs: readonly DayRun[], asked: DaysAsked): Verdict {
  const { needed, now, milestones = [] } = asked;
  const days = daysOf(runs, asked);
  const covered = days.filter(({ state }) => state === 'covered');
  const isEnough = covered.length >= needed;
  const missing = days.filter(({ state }) => state !== 'covered');
  const today = new Date(now).toISOString().slice(0, 10);
  const coversToday = covered.some(({ date }) => date === today);
  const enoughOn = new Date(startOfDay(now.getTime()) + (needed - covered.length - (coversToday ? 0 : 1)) * dayMs);
  const findings: Finding[] = covered.map(({ date, words }, index) => ({
    subject: milestones.includes(index + 1) ? `${date} (day ${index + 1})` : date,
    verdict: 'pass',
    observed: words,
  }));
  if (!isEnough) {
    const behind = missing.filter(({ date }) => date !== today);
    const pace = behind.length === 0 ? 'on track' : `${count(behind.length, 'day')} not covered`;
    const when = ` enough on ${new Date(Math.max(enoughOn.getTime(), startOfDay(now.getTime()))).toISOString().slice(0, 10)} if every day from now on is covered`;
    findings.push({
      subject: `day ${covered.length} of ${needed}`,
      verdict: 'inconclusive',
      observed: `${pace};${when}`,
    });
    for (const { date, words } of missing) findings.push({ subject: date, verdict: 'inconclusive', observed: words });
  }
  return verdictOf(findings, {
    expected: `${count(needed, 'day')} on which every other gating criterion of the phase held`,
    pass: `${countOf(covered.length, needed, 'day')} covered${missing.length === 0 ? '' : `; not covered: ${missing.map(({ date }) => date).join(', ')}`}`,
    hint: 'Let the nightly run go on, or run this every day; a day that was missed is covered when a later run’s evidence reaches back over it.',
  });
}

function ids(criteria: readonly { readonly id: string }[]): string {
  return [...new Set(criteria.map(({ id }) => id))].join(', ');
}

function startOfDay(ms: number): number {
  return Math.floor(ms / dayMs) * dayMs;
}
