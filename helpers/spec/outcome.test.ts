import { expect, test } from 'vitest';
import type { CriterionResult } from '../evidence/meta.ts';
import type { VerdictKind } from '../judge/verdict.ts';
import { outcomeText, throwOutcome } from './outcome.ts';

const result = (kind: VerdictKind): CriterionResult => ({
  id: 'P1.x',
  phase: 'phase1',
  gates: true,
  statement: 'all is well',
  plan: '1.1',
  startedAt: '2026-11-20T12:00:00Z',
  durationMs: 5,
  evidence: {},
  verdict: {
    kind,
    summary: 'ill',
    expected: 'well',
    observed: 'a: ill\nb: worse',
    since: '2026-11-20T11:00:00Z',
    look: 'kubectl get a',
    hint: 'mend it',
    findings: [],
  },
});

test('a failure reads in one layout', () => {
  expect(outcomeText(result('fail'))).toBe(
    [
      'P1.x: all is well',
      'expected  well',
      'observed  a: ill',
      '          b: worse',
      'since     2026-11-20T11:00:00Z',
      'look      kubectl get a',
      'next      mend it',
    ].join('\n'),
  );
});

test.each<[VerdictKind, string]>([
  ['fail', 'AssertionError'],
  ['inconclusive', 'Inconclusive'],
])('%s throws %s, without a stack', (kind, name) => {
  expect(() => throwOutcome(result(kind))).toThrow(expect.objectContaining({ name, stack: '' }));
});

test.each<VerdictKind>(['pass', 'waived', 'not-applicable'])('%s throws nothing', (kind) => {
  expect(() => throwOutcome(result(kind))).not.toThrow();
});
