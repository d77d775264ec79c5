import type { Parity } from './compare.ts';

/**
 * The table of what agrees, what differs, and what this cluster cannot have and why; last what it comes to.
 *
 * @param leftOut the criteria that were not compared, and why
 */
export function parityTable(rows: readonly Parity[], leftOut: readonly string[]): string {
  const of = <Outcome extends Parity['outcome']>(outcome: Outcome) =>
    rows.filter((row): row is Extract<Parity, { outcome: Outcome }> => row.outcome === outcome);
  const [agreeing, differing, impossible] = [of('agrees'), of('differs'), of('cannot')];
  const width = Math.max(0, ...rows.map(({ fault }) => fault.length));
  const line = (fault: string, words: string) => `  ${fault.padEnd(width)}  ${words}`;
  const under = (words: string) => `  ${' '.repeat(width)}  ${words}`;
  return [
    `Agree (${agreeing.length})`,
    ...agreeing.flatMap(({ fault, decision, because, notes }) => [
      line(fault, `${decision}: ${because.join(', ') || 'every criterion passes'}`),
      ...notes.map((note) => under(`besides, ${note}`)),
    ]),
    `Differ (${differing.length})`,
    ...differing.flatMap(({ fault, words }) =>
      words.map((word, index) => (index === 0 ? line(fault, word) : under(word))),
    ),
    `Cannot be had there (${impossible.length})`,
    ...impossible.map(({ fault, why }) => line(fault, why)),
    ...(leftOut.length === 0 ? [] : [`Left out on both sides: ${leftOut.join('; ')}`]),
    '',
    `${agreeing.length} agree, ${differing.length} differ, ${impossible.length} cannot be had on this cluster.`,
  ].join('\n');
}

/** 0 when all that was compared agrees, 1 when something differs, 2 when nothing was compared. */
export function parityExitCode(rows: readonly Parity[]): 0 | 1 | 2 {
  if (rows.some(({ outcome }) => outcome === 'differs')) return 1;
  return rows.some(({ outcome }) => outcome === 'agrees') ? 0 : 2;
}
