import type { Decision } from '../judge/verdict.ts';
import type { RunEntry } from './run-entry.ts';

type Noted = Pick<RunEntry, 'at' | 'phase' | 'decision' | 'isPartial'>;

/** A row of a calendar: for each day the run that it shows, or undefined where the phase was not verified. */
export interface CalendarRow<Run extends Noted> {
  readonly phase: string;
  readonly runs: readonly (Run | undefined)[];
}

/** Of a day's decisions the worst is shown. */
const severity: Readonly<Record<Decision, number>> = { GO: 0, INCONCLUSIVE: 1, 'NO-GO': 2 };

/**
 * Every day (UTC) between the first run and the last, or `until`, and for each phase the worst run of each day, of equals
 * the latest. Runs of some criteria only decide no day.
 */
export function calendarOf<Run extends Noted>(
  runs: readonly Run[],
  until?: Date,
): { readonly days: readonly string[]; readonly rows: readonly CalendarRow<Run>[] } {
  const whole = runs.filter(({ isPartial }) => !isPartial);
  if (whole.length === 0) return { days: [], rows: [] };
  const days = daysBetween([...whole.map(({ at }) => at), ...(until === undefined ? [] : [until.toISOString()])]);
  const phases = [...new Set(whole.map(({ phase }) => phase))];
  const rows = phases.map((phase) => ({
    phase,
    runs: days.map((day) => worst(whole.filter((run) => run.phase === phase && run.at.startsWith(day)))),
  }));
  return { days, rows };
}

/** The run with the worst decision, of equals the latest; undefined without any. */
export function worst<Run extends Noted>(runs: readonly Run[]): Run | undefined {
  return runs.toSorted((a, b) => severity[b.decision] - severity[a.decision] || b.at.localeCompare(a.at))[0];
}

function daysBetween(times: readonly string[]): string[] {
  const sorted = times.map((at) => at.slice(0, 10)).sort();
  const [first = '', last = ''] = [sorted[0], sorted.at(-1)];
  const days: string[] = [];
  for (let ms = Date.parse(first); ms <= Date.parse(last); ms += 86_400_000) {
    days.push(new Date(ms).toISOString().slice(0, 10));
  }
  return days;
}
