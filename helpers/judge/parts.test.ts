import { expect, test } from 'vitest';
import type { Judged } from './decision.ts';
import { judgeParts } from './parts.ts';
import type { VerdictKind } from './verdict.ts';

const judged = (id: string, kind: VerdictKind, gates = true): Judged => ({
  id,
  gates,
  verdict: { kind, summary: `${id} is so`, expected: 'e', observed: 'o', findings: [] },
});
const health = { parts: ['P1.a', 'P1.b'], statement: 'phase 1 holds' };

test.each<[string, Judged[], VerdictKind]>([
  ['both hold', [judged('P1.a', 'pass'), judged('P1.b', 'pass')], 'pass'],
  ['one fails', [judged('P1.a', 'pass'), judged('P1.b', 'fail')], 'fail'],
  ['one could not be observed', [judged('P1.a', 'pass'), judged('P1.b', 'inconclusive')], 'inconclusive'],
  ['one left no result', [judged('P1.a', 'pass')], 'inconclusive'],
  ['one that advises fails', [judged('P1.a', 'pass'), judged('P1.b', 'fail', false)], 'pass'],
  ['one is waived', [judged('P1.a', 'pass'), judged('P1.b', 'waived')], 'pass'],
  ['all are waived: nothing was seen to hold', [judged('P1.a', 'waived'), judged('P1.b', 'waived')], 'inconclusive'],
  ['none of them gates: all count', [judged('P1.a', 'pass', false), judged('P1.b', 'fail', false)], 'fail'],
  ['nothing was decided', [], 'inconclusive'],
])('%s', (_, decided, kind) => {
  expect(judgeParts(health, decided).kind).toBe(kind);
});

test('what does not hold is named with what was seen', () => {
  const verdict = judgeParts(health, [judged('P1.a', 'pass'), judged('P1.b', 'fail')]);
  expect(verdict.observed).toBe('P1.b: P1.b is so');
});

test.each([
  [['pass', 'pass'], '2 criteria hold'],
  [['pass', 'waived'], '1 criterion holds'],
] as const)('of parts that %j it says "%s"', ([first, second], summary) => {
  expect(judgeParts(health, [judged('P1.a', first), judged('P1.b', second)]).summary).toBe(summary);
});
