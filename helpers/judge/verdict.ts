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

/**
 * The verdict that findings add up to: fail before inconclusive before pass; no finding at all is inconclusive,
 * for a green that rests on nothing is what this suite exists to prevent. The observed line quotes what is worst.
 */
export function verdictOf(
  findings: readonly Finding[],
  text: { expected: string; pass: string; look?: string; hint?: string },
): Verdict {
  const sorted = [...findings].sort((a, b) => severity[b.verdict] - severity[a.verdict]);
  const kind = sorted[0]?.verdict ?? 'inconclusive';
  const worst = sorted.filter((finding) => finding.verdict === kind);
  const lines = worst.map((finding) => `${finding.subject}: ${finding.observed}`);
  const since = worst.map((finding) => finding.since).filter((at) => at !== undefined).sort()[0];
  return {
    kind,
    summary: kind === 'pass' ? text.pass : (lines[0] ?? 'nothing was observed') + more(lines.length - 1),
    expected: text.expected,
    observed: lines.length > 0 ? lines.join('\n') : 'nothing was observed',
    findings: sorted,
    ...(since === undefined ? {} : { since }),
    ...(text.look === undefined || kind === 'pass' ? {} : { look: text.look }),
    ...(text.hint === undefined || kind === 'pass' ? {} : { hint: text.hint }),
  };
}

function more(count: number): string {
  return count > 0 ? ` (and ${count} more)` : '';
}
