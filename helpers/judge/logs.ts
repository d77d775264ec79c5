import type { ContainerLog, LogEntry } from '../cluster/observed.ts';
import type { Migration } from '../config/schema.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from './verdict.ts';
import { inWindow, takenWords, type Window } from './window.ts';
import { count, duration, number, shorten } from './words.ts';

/**
 * P1.logs-clean (plan 1.2, "No errors in logs"): no entry of level error or above in any container's log within the
 * window, the previous run's included, but those that migration.yaml allows with a reason, or that fall in planned
 * maintenance. A log that does not reach back to the window's start is inconclusive, not clean.
 */
export function judgeLogs(logs: Sightings<ContainerLog>, window: Window, migration: Migration): Verdict {
  const findings = logs.seen.map((log) => judgeLog(log, window, migration));
  const lines = logs.seen.reduce((sum, { lineCount }) => sum + lineCount, 0);
  const errors = logs.seen.reduce((sum, { errorCount }) => sum + errorCount, 0);
  return verdictOf([...findings, ...unseenFindings(logs.unseen)], {
    expected: `no entry of level error or above in any container within the last ${duration(window.seconds)}${takenWords(window)}`,
    pass: `${count(logs.seen.length, 'log')}, ${count(lines, 'line')} within ${duration(window.seconds)}, ${excusedWords(errors)}`,
    hint: 'Mend what the entry names. If it is no sign of trouble, allow it under logs.allow in migration.yaml, with the reason.',
  });
}

/** Errors that count, in all containers; what was not listed one by one counts too. */
export function countErrors(logs: Sightings<ContainerLog>, window: Window, migration: Migration): number {
  return logs.seen.reduce((sum, log) => {
    const { bad, unlisted } = errorsOf(log, window, migration);
    // What is not listed repeats what is: of a flood that is allowed nothing counts.
    return sum + (bad.length === 0 ? 0 : bad.length + unlisted);
  }, 0);
}

/**
 * P3.logs-clean (plan 3.3, "No errors in logs") over days: as P1.logs-clean, but for an error budget, which is what a
 * day may bring while nobody has to act. A log that does not reach back is inconclusive all the same.
 */
export function judgeLogBudget(logs: Sightings<ContainerLog>, window: Window, migration: Migration): Verdict {
  const errors = countErrors(logs, window, migration);
  const budget = budgetOf(window, migration);
  if (errors === 0 || errors > budget) {
    const verdict = judgeLogs(logs, window, migration);
    return { ...verdict, expected: expectedOf(budget, window) };
  }
  const findings = logs.seen.map((log): Finding => {
    const finding = judgeLog(log, window, migration);
    if (finding.verdict !== 'fail') return finding;
    // An error that the budget excuses must not hide that others may be gone.
    return (
      unreached(log) ?? {
        subject: finding.subject,
        verdict: 'pass',
        observed: `${finding.observed}; within the budget`,
      }
    );
  });
  return verdictOf([...findings, ...unseenFindings(logs.unseen)], {
    expected: expectedOf(budget, window),
    pass: `${count(logs.seen.length, 'log')}, ${count(errors, 'error')} within ${duration(window.seconds)}, at most ${number(budget)} allowed`,
    hint: 'Mend what the entries name; logs.budgetPerDay in migration.yaml says how many a day may bring.',
  });
}

function expectedOf(budget: number, window: Window): string {
  return `at most ${count(budget, 'entry', 'entries')} of level error or above within the last ${duration(window.seconds)}${takenWords(window)}`;
}

/** What the window may bring: a day's budget for each day, and never less than one day's. */
export function budgetOf({ seconds }: Window, { logs: { budgetPerDay } }: Migration): number {
  return Math.floor(budgetPerDay * Math.max(1, seconds / 86_400));
}

function errorsOf(log: ContainerLog, window: Window, migration: Migration) {
  const counted = log.errors.filter((entry) => inWindow(window, entry.at));
  const bad = counted.filter((entry) => !allowed(entry, log, migration));
  return { counted, bad, unlisted: log.errorCount - log.errors.length };
}

function judgeLog(log: ContainerLog, window: Window, migration: Migration): Finding {
  const { subject, look } = placeOf(log);
  const { counted, bad, unlisted } = errorsOf(log, window, migration);
  const [first] = bad;
  if (first !== undefined) {
    const many = unlisted > 0 ? `at least ${count(bad.length, 'error')}` : count(bad.length, 'error');
    return {
      subject,
      verdict: 'fail',
      observed: `${many}, first at ${first.at}: ${shorten(first.message)}`,
      since: first.at,
      look,
    };
  }
  const gone = unreached(log);
  if (gone !== undefined) return gone;
  if (unlisted > 0 && counted.length < log.errors.length) {
    const observed = `${count(log.errorCount, 'error')}: those that were kept are allowed or in planned maintenance, ${count(unlisted, 'was', 'were')} only counted`;
    return { subject, verdict: 'inconclusive', observed, look };
  }
  return { subject, verdict: 'pass', observed: `${count(log.lineCount, 'line')}, ${excusedWords(log.errorCount)}` };
}

/** The errors of what passes: none, or none that counts. */
function excusedWords(errors: number): string {
  if (errors === 0) return 'no error';
  return `${count(errors, 'error that is', 'errors that are')} allowed or in planned maintenance`;
}

/** `match` is looked for in the whole line as it stands, so that an operator can paste it from the log. */
function allowed(entry: LogEntry, log: ContainerLog, migration: Migration): boolean {
  return migration.logs.allow.some(
    ({ match, namespace }) => entry.line.includes(match) && (namespace === undefined || namespace === log.namespace),
  );
}

/** The finding about a log of whose window lines may be gone; undefined for one that reaches back. */
function unreached(log: ContainerLog): Finding | undefined {
  if (log.reachesBack) return undefined;
  const { subject, look } = placeOf(log);
  const oldest = log.oldestLineAt === undefined ? '' : `; oldest line ${log.oldestLineAt}`;
  const note = log.reachNote ?? 'lines may be gone';
  return {
    subject,
    verdict: 'inconclusive',
    observed: `does not reach back to ${log.windowStart}: ${note}${oldest}`,
    look,
    hint: 'Verify again when the log spans the window; if lines are rotated away before that, run.window in migration.yaml is longer than the logs are kept.',
  };
}

function placeOf({ namespace, pod, container, previous, windowStart }: ContainerLog) {
  const option = previous ? ' --previous' : '';
  return {
    subject: `${namespace}/${pod}/${container}${previous ? ' (previous run)' : ''}`,
    look: `kubectl logs ${pod} -n ${namespace} -c ${container}${option} --since-time=${windowStart} --timestamps`,
  };
}
