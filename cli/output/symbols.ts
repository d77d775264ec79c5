import type { Decision, VerdictKind } from '../../helpers/judge/verdict.ts';

type Colour = 'green' | 'red' | 'yellow' | 'cyan' | 'dim';

/** How a verdict looks in a list: a sign, a word that needs no colour to be told from the others, and a colour. */
export const verdictLooks: Readonly<Record<VerdictKind, { sign: string; word: string; colour: Colour }>> = {
  pass: { sign: '✔', word: 'pass', colour: 'green' },
  fail: { sign: '✖', word: 'FAIL', colour: 'red' },
  inconclusive: { sign: '?', word: 'INCONCLUSIVE', colour: 'yellow' },
  waived: { sign: '~', word: 'waived', colour: 'cyan' },
  'not-applicable': { sign: '-', word: 'not applicable', colour: 'dim' },
};

export const decisionColours: Readonly<Record<Decision, 'green' | 'red' | 'yellow'>> = {
  GO: 'green',
  'NO-GO': 'red',
  INCONCLUSIVE: 'yellow',
};
