import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Finding, unseenFindings, verdictOf } from './verdict.ts';

const text = { expected: 'all is well', pass: '3 things well', look: 'kubectl get all', hint: 'go on' };
const finding = fc.record<Finding>(
  {
    subject: fc.string(),
    verdict: fc.constantFrom('pass', 'fail', 'inconclusive'),
    observed: fc.string(),
    since: fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  },
  { requiredKeys: ['subject', 'verdict', 'observed'] },
);

test('one failure fails, else one inconclusive is inconclusive, else it passes', () => {
  fc.assert(
    fc.property(fc.array(finding, { minLength: 1 }), (findings) => {
      const kinds = findings.map(({ verdict }) => verdict);
      const worst = kinds.includes('fail') ? 'fail' : kinds.includes('inconclusive') ? 'inconclusive' : 'pass';
      const verdict = verdictOf(findings, text);
      expect(verdict.kind).toBe(worst);
      expect(verdict.findings).toHaveLength(findings.length);
      expect(verdict.findings[0]?.verdict).toBe(worst);
    }),
  );
});

test('the order of findings changes nothing but which of the worst is named first', () => {
  fc.assert(
    fc.property(fc.array(finding, { minLength: 1 }), (findings) => {
      const { kind, since } = verdictOf(findings, text);
      expect(verdictOf(findings.toReversed(), text)).toMatchObject({ kind, ...(since && { since }) });
    }),
  );
});

describe('what rests on nothing is inconclusive', () => {
  test('no finding', () =>
    expect(verdictOf([], text)).toMatchObject({ kind: 'inconclusive', observed: 'nothing was observed' }));

  test('quiet findings alone', () => {
    const quiet: Finding = { subject: 'indoor', verdict: 'pass', observed: 'no row in the window', quiet: true };
    expect(verdictOf([quiet], text)).toMatchObject({ kind: 'inconclusive', observed: 'indoor: no row in the window' });
    expect(verdictOf([quiet, { subject: 'energy', verdict: 'pass', observed: '5 rows' }], text).kind).toBe('pass');
  });
});

test('a pass has a summary and no advice', () => {
  const verdict = verdictOf([{ subject: 'a', verdict: 'pass', observed: 'well', look: 'kubectl get a' }], text);
  expect(verdict).toEqual({
    kind: 'pass',
    summary: '3 things well',
    expected: 'all is well',
    observed: 'a: well',
    findings: [{ subject: 'a', verdict: 'pass', observed: 'well', look: 'kubectl get a' }],
  });
});

test('a failure quotes every failed finding, the earliest since, and the command of what failed', () => {
  const verdict = verdictOf(
    [
      { subject: 'a', verdict: 'pass', observed: 'well', look: 'look at a' },
      { subject: 'b', verdict: 'fail', observed: 'ill', since: '2026-11-20T12:00:00Z', look: 'look at b' },
      { subject: 'c', verdict: 'fail', observed: 'worse', since: '2026-11-20T11:00:00Z', hint: 'mend c' },
    ],
    text,
  );
  expect(verdict).toMatchObject({
    kind: 'fail',
    summary: 'b: ill (and 1 more)',
    observed: 'b: ill\nc: worse',
    since: '2026-11-20T11:00:00Z',
    look: 'look at b',
    hint: 'mend c',
  });
});

test('one cause that hid many things is one finding', () => {
  const hidden = ['a', 'b', 'a'].map((subject) => ({ subject, message: 'broker did not answer', hint: 'start it' }));
  expect(unseenFindings(hidden)).toEqual([
    { subject: 'a, b', verdict: 'inconclusive', observed: 'broker did not answer', hint: 'start it' },
  ]);
});
