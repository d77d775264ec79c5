import { describe, expect, test } from 'vitest';
import type { VerifyDocument } from '../../cli/output/json-document.ts';
import { cannotShow, compare } from './compare.ts';
import { parityExitCode, parityTable } from './table.ts';

/** A document with these verdicts; what is not named passes. P1.values advises, the others gate. */
function verdicts(given: Readonly<Record<string, string>>): VerifyDocument {
  const ids = ['P1.streams', 'P1.lag', 'P1.retention', 'P1.values'];
  const criteria = ids.map((id) => ({
    id,
    gates: id !== 'P1.values',
    verdict: given[id] ?? 'pass',
    summary: `${id} was looked at`,
    expected: '',
    observed: '',
  }));
  return { criteria } as unknown as VerifyDocument;
}

const fault = { name: 'planted', expects: ['P1.lag'], entails: ['P1.streams'] };
const failing = verdicts({ 'P1.lag': 'fail' });

describe('two runs under one fault', () => {
  test('agree when the decision and the failing criteria are the same', () => {
    expect(compare(fault, failing, failing, [])).toMatchObject({
      outcome: 'agrees',
      decision: 'NO-GO',
      because: ['P1.lag fail'],
      notes: [],
    });
  });

  test('agree, with a note, when they differ in what the fault may entail', () => {
    const besides = verdicts({ 'P1.lag': 'fail', 'P1.streams': 'fail' });
    expect(compare(fault, failing, besides, [])).toMatchObject({
      outcome: 'agrees',
      notes: ['P1.streams: embedded pass (P1.streams was looked at); cluster fail (P1.streams was looked at)'],
    });
  });

  test('differ when another criterion fails on one side, though the decision is the same', () => {
    const more = verdicts({ 'P1.lag': 'fail', 'P1.retention': 'fail' });
    expect(compare(fault, failing, more, [])).toMatchObject({
      outcome: 'differs',
      words: [expect.stringContaining('P1.retention: embedded pass')],
    });
  });

  test('differ when the cluster does not notice', () => {
    expect(compare(fault, failing, verdicts({}), [])).toMatchObject({
      outcome: 'differs',
      words: ['decision: NO-GO on embedded, GO on the cluster', expect.stringContaining('P1.lag: embedded fail')],
    });
  });

  test('differ when neither notices: they agree on nothing', () => {
    expect(compare(fault, verdicts({}), verdicts({}), [])).toMatchObject({
      outcome: 'differs',
      words: ['P1.lag: pass (P1.lag was looked at) on both, where the fault should make it fail'],
    });
  });

  test('are compared without what the healthy cluster does not pass', () => {
    const ailing = verdicts({ 'P1.lag': 'fail', 'P1.retention': 'fail' });
    expect(compare(fault, failing, ailing, ['P1.retention'])).toMatchObject({ outcome: 'agrees', decision: 'NO-GO' });
  });

  test('are decided without it too: what only advises is no NO-GO', () => {
    const advises = { name: 'planted', expects: ['P1.values'] };
    const here = verdicts({ 'P1.values': 'fail' });
    const there = verdicts({ 'P1.values': 'fail', 'P1.retention': 'fail' });
    expect(compare(advises, here, there, ['P1.retention'])).toMatchObject({ outcome: 'agrees', decision: 'GO' });
  });
});

test('a fault cannot show where all that it turns red is red already', () => {
  const healthy = verdicts({ 'P1.retention': 'fail' });
  expect(cannotShow({ expects: ['P1.retention'] }, healthy, ['P1.retention'])).toContain('P1.retention was looked at');
  expect(cannotShow({ expects: ['P1.retention', 'P1.lag'] }, healthy, ['P1.retention'])).toBeUndefined();
  expect(cannotShow({ expects: [] }, healthy, ['P1.retention'])).toBeUndefined();
});

test('the table says what agrees, what differs and what cannot be had, and nothing compared is no success', () => {
  const agrees = compare(fault, failing, failing, []);
  const differs = compare(fault, failing, verdicts({}), []);
  const cannot = { fault: 'hanging', outcome: 'cannot', why: 'a real one cannot be told to' } as const;
  const table = parityTable([agrees, differs, cannot], ['P1.retention (no policies)']);
  expect(table).toContain('NO-GO: P1.lag fail');
  expect(table).toContain('hanging  a real one cannot be told to');
  expect(table).toContain('Left out on both sides: P1.retention (no policies)');
  expect(table).toContain('1 agree, 1 differ, 1 cannot be had');
  expect([[agrees, cannot], [agrees, differs], [cannot], []].map((rows) => parityExitCode(rows))).toEqual([0, 1, 2, 2]);
});
