import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide, gatesHere, type Judged, waive } from './decision.ts';
import { migration, noon } from './testing/samples.ts';
import type { Verdict, VerdictKind } from './verdict.ts';

const verdict = (kind: VerdictKind): Verdict => ({ kind, summary: 's', expected: 'e', observed: 'o', findings: [] });
const judged = (id: string, kind: VerdictKind, gates = true): Judged => ({ id, gates, verdict: verdict(kind) });
const results = fc.array(
  fc.record({
    id: fc.constant('P1.x'),
    gates: fc.boolean(),
    verdict: fc.constantFrom<VerdictKind>('pass', 'fail', 'inconclusive', 'waived', 'not-applicable').map(verdict),
  }),
);

test('NO-GO if one that gates fails, else INCONCLUSIVE if one is, else GO if one passed', () => {
  fc.assert(
    fc.property(results, (all) => {
      const kinds = all.filter(({ gates }) => gates).map((result) => result.verdict.kind);
      const { decision, exitCode } = decide(all, []);
      if (kinds.includes('fail')) expect([decision, exitCode]).toEqual(['NO-GO', 1]);
      else if (kinds.includes('inconclusive') || !kinds.includes('pass'))
        expect([decision, exitCode]).toEqual(['INCONCLUSIVE', 2]);
      else expect([decision, exitCode]).toEqual(['GO', 0]);
    }),
  );
});

test('advice is counted and changes nothing', () => {
  const decision = decide([judged('P1.a', 'pass'), judged('P1.b', 'fail', false)], ['P1.a', 'P1.b']);
  expect(decision).toMatchObject({ decision: 'GO', gating: { pass: 1, fail: 0 }, advising: { fail: 1 } });
});

test.each<[string, Judged[], string[], string]>([
  ['no evidence at all', [], [], 'no evidence at all'],
  ['all waived', [judged('P1.a', 'waived')], ['P1.a'], 'no evidence at all'],
  ['one that left no verdict', [judged('P1.a', 'pass')], ['P1.a', 'P1.b'], 'P1.b left no verdict'],
])('%s is INCONCLUSIVE', (_, all, expected, reason) => {
  expect(decide(all, expected)).toMatchObject({ decision: 'INCONCLUSIVE', reason });
});

test('the reason names what fails', () => {
  expect(decide([judged('P1.a', 'fail'), judged('P1.b', 'inconclusive')], []).reason).toBe('P1.a fails');
});

test.each<[VerdictKind[], string]>([
  [['pass'], 'the one criterion that gates holds'],
  [['pass', 'pass'], 'all 2 criteria that gate hold'],
  [['pass', 'waived'], 'of 2 criteria that gate, 1 holds and 1 is waived'],
  [
    ['pass', 'waived', 'waived', 'not-applicable'],
    'of 4 criteria that gate, 1 holds, 2 are waived and 1 does not apply',
  ],
  [['pass', 'inconclusive', 'inconclusive'], 'P1.1, P1.2 could not be decided'],
  [['inconclusive', 'inconclusive'], 'none of the 2 criteria that gate could be decided'],
  [['inconclusive'], 'P1.0 could not be decided'],
])('of %j the reason is %j', (kinds, reason) => {
  expect(
    decide(
      kinds.map((kind, index) => judged(`P1.${index}`, kind)),
      [],
    ).reason,
  ).toBe(reason);
});

test('migration.yaml turns a criterion that gates into one that advises, and back', () => {
  const gating = { 'P1.a': { gates: false, reason: 'r' }, 'P1.b': { gates: true, reason: 'r' } };
  const changed = { ...migration, gating };
  expect(gatesHere({ id: 'P1.a', gates: true }, changed)).toBe(false);
  expect(gatesHere({ id: 'P1.b', gates: false }, changed)).toBe(true);
  expect(gatesHere({ id: 'P1.c', gates: true }, changed)).toBe(true);
});

describe('a waiver', () => {
  const waived = (until: string) => ({ ...migration, waivers: { 'P1.a': { reason: 'known', until } } });

  test.each<VerdictKind>(['fail', 'inconclusive'])('takes a %s away, and shows what it was', (kind) => {
    expect(waive('P1.a', verdict(kind), waived('2026-12-31'), noon)).toMatchObject({
      kind: 'waived',
      summary: 'waived until 2026-12-31: known (s)',
      observed: 'o',
    });
  });

  test.each<VerdictKind>(['fail', 'inconclusive'])('that has expired makes a %s fail, in words', (kind) => {
    expect(waive('P1.a', verdict(kind), waived('2026-11-20'), noon).kind, 'on its last day').toBe('waived');
    const expired = waive('P1.a', { ...verdict(kind), hint: 'mend it' }, waived('2026-11-19'), noon);
    expect(expired).toMatchObject({
      kind: 'fail',
      summary: 'its waiver has expired (it held until 2026-11-19: known); s',
      observed: 'waiver: its waiver has expired (it held until 2026-11-19: known)\no',
      hint: 'Mend it, or give the waiver a new date in migration.yaml, with the reason. mend it',
      findings: [{ subject: 'waiver', verdict: 'fail' }],
    });
    expect(decide([{ id: 'P1.a', gates: true, verdict: expired }], ['P1.a']).decision).toBe('NO-GO');
  });

  test.each<VerdictKind>(['pass', 'not-applicable'])(
    'that has expired changes no %s: there is nothing left to waive',
    (kind) => {
      expect(waive('P1.a', verdict(kind), waived('2026-11-19'), noon)).toEqual(verdict(kind));
    },
  );

  test('changes no pass, and no other criterion', () => {
    expect(waive('P1.a', verdict('pass'), waived('2026-12-31'), noon).kind).toBe('pass');
    expect(waive('P1.b', verdict('fail'), waived('2026-12-31'), noon).kind).toBe('fail');
  });
});
