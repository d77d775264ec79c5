import type { VerdictKind } from '../../helpers/judge/verdict.ts';

/** Each verdict in words: of one criterion, counted, over a group of them, and what the group means. In the page's order. */
export const verdictWords: Readonly<Record<VerdictKind, { one: string; many: string; group: string; lead: string }>> = {
  fail: { one: 'fails', many: 'failed', group: 'Does not hold', lead: 'What was observed contradicts the criterion.' },
  inconclusive: {
    one: 'inconclusive',
    many: 'inconclusive',
    group: 'Could not be decided',
    lead: 'It could not be observed, or not enough of it: neither passed nor failed.',
  },
  waived: {
    one: 'waived',
    many: 'waived',
    group: 'Waived',
    lead: 'Known not to hold, and accepted until a date in migration.yaml.',
  },
  'not-applicable': {
    one: 'not applicable',
    many: 'not applicable',
    group: 'Does not apply',
    lead: 'Nothing here to be judged, for the reason given.',
  },
  pass: { one: 'holds', many: 'passed', group: 'Holds', lead: 'Observed, and as expected.' },
};
