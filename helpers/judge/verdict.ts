/** What was judged of one criterion. An error is never a failure and never a pass: it is inconclusive. */
export type VerdictKind = 'pass' | 'fail' | 'inconclusive' | 'waived' | 'not-applicable';

/** One thing that was looked at, in words an operator reads: `timescaledb/redpanda-connect: 0 of 1 ready`. */
export interface Finding {
  /** What was looked at: a workload, stream, topic, group, table, container. */
  readonly subject: string;
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  /** What was observed, one line, with units. */
  readonly observed: string;
  /** Since when it is so, ISO 8601, where that is known. */
  readonly since?: string;
  /** The command that shows this one, where it differs from the others'. */
  readonly look?: string;
  /** What to do about this one, where it differs from the others'. */
  readonly hint?: string;
  /** A pass for want of anything to judge, which is allowed here. A verdict never passes on these alone. */
  readonly quiet?: true;
}

/** Something that could not be observed, as plain data: an Unobservable without its stack. */
export interface Unseen {
  readonly subject: string;
  readonly message: string;
  readonly hint?: string;
}

/** What was observed of several things, some of which may have stayed unseen. */
export interface Sightings<T> {
  readonly seen: readonly T[];
  readonly unseen: readonly Unseen[];
}

/** The words of a verdict beside its findings. A finding's own `look` and `hint` come before these. */
export interface VerdictText {
  readonly expected: string;
  /** The summary of a pass. */
  readonly pass: string;
  readonly look?: string;
  readonly hint?: string;
}

/** A judge's answer: plain data, made without any cluster. */
export interface Verdict {
  readonly kind: VerdictKind;
  /** One line for the list: `5 topics, newest record 0.4 s to 12 s old`. */
  readonly summary: string;
  /** What had to be so, in words, limits included. */
  readonly expected: string;
  /** What was observed instead (or, on a pass, what was observed). */
  readonly observed: string;
  /** Since when, ISO 8601, where it is known. */
  readonly since?: string;
  /** The kubectl command (or other) that shows it to the operator. */
  readonly look?: string;
  /** What the plan says to do next. */
  readonly hint?: string;
  /** Everything that was looked at, the worst first. Never empty on a pass. */
  readonly findings: readonly Finding[];
}

/** GO, NO-GO or INCONCLUSIVE, and with it the exit codes 0, 1 and 2. */
export type Decision = 'GO' | 'NO-GO' | 'INCONCLUSIVE';

const severity = { fail: 2, inconclusive: 1, pass: 0 } as const;

/** What stayed unseen, as findings: one for each cause, however many things it hid. */
export function unseenFindings(unseen: readonly Unseen[]): Finding[] {
  const causes = [...new Set(unseen.map(({ message }) => message))];
  return causes.map((message) => {
    const hidden = unseen.filter((one) => one.message === message);
    const hint = hidden.find((one) => one.hint !== undefined)?.hint;
    return {
      subject: [...new Set(hidden.map(({ subject }) => subject))].join(', '),
      verdict: 'inconclusive',
      observed: message,
      ...(hint === undefined ? {} : { hint }),
    };
  });
}

/**
 * The verdict that findings add up to: fail before inconclusive before pass; no finding at all, or none but quiet ones,
 * is inconclusive, for a green that rests on nothing is what this suite exists to prevent. The observed lines quote
 * what is worst; `since` is the earliest of those.
 */
export function verdictOf(findings: readonly Finding[], text: VerdictText): Verdict {
  const sorted = [...findings].sort((a, b) => severity[b.verdict] - severity[a.verdict]);
  const kind = sorted.every((finding) => finding.quiet) ? 'inconclusive' : (sorted[0]?.verdict ?? 'inconclusive');
  const decisive = sorted.filter((finding) => finding.verdict === kind);
  const worst = decisive.length > 0 ? decisive : sorted;
  const lines = worst.map((finding) => `${finding.subject}: ${finding.observed}`);
  const since = worst.flatMap((finding) => finding.since ?? []).sort()[0];
  const look = worst.find((finding) => finding.look !== undefined)?.look ?? text.look;
  const hint = worst.find((finding) => finding.hint !== undefined)?.hint ?? text.hint;
  return {
    kind,
    summary: kind === 'pass' ? text.pass : (lines[0] ?? 'nothing was observed') + more(lines.length - 1),
    expected: text.expected,
    observed: lines.length > 0 ? lines.join('\n') : 'nothing was observed',
    findings: sorted,
    ...(since === undefined || kind === 'pass' ? {} : { since }),
    ...(look === undefined || kind === 'pass' ? {} : { look }),
    ...(hint === undefined || kind === 'pass' ? {} : { hint }),
  };
}

function more(count: number): string {
  return count > 0 ? ` (and ${count} more)` : '';
}

/** A criterion that has nothing to judge on this target, with the reason, which migration.yaml or the target itself gives. */
export function notApplicable(expected: string, reason: string): Verdict {
  return { kind: 'not-applicable', summary: reason, expected, observed: reason, findings: [] };
}
