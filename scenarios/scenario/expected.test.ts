import { expect, test } from 'vitest';
import { differences } from './expected.ts';

const criterion = (id: string, verdict: 'pass' | 'fail' | 'inconclusive' | 'not-applicable') => ({
  id,
  verdict,
  gates: true,
  statement: '',
  summary: `as ${verdict}`,
  expected: '',
  observed: '',
  since: null,
  look: null,
  hint: null,
});
const run = (decision: 'GO' | 'NO-GO' | 'INCONCLUSIVE', ...criteria: ReturnType<typeof criterion>[]) => ({
  decision,
  reason: 'because',
  criteria,
  problems: [],
});

test('what is expected to the letter has no difference', () => {
  const found = run('NO-GO', criterion('P4.flux', 'fail'), criterion('P4.state', 'pass'));
  expect(differences(found, { decision: 'NO-GO', fails: ['P4.flux'] })).toEqual([]);
});

test('another decision, a criterion that holds although it should not, and one that should', () => {
  const found = run('NO-GO', criterion('P4.flux', 'pass'), criterion('P4.state', 'fail'));
  expect(differences(found, { decision: 'GO', fails: ['P4.flux'] })).toEqual([
    'GO was expected, it is NO-GO: because',
    'P4.flux should be fail, it is pass: as pass',
    'P4.state should hold, it is fail: as fail',
  ]);
});

test('inconclusive is neither fail nor pass', () => {
  const found = run('INCONCLUSIVE', criterion('P7.days', 'inconclusive'));
  expect(differences(found, { decision: 'INCONCLUSIVE', inconclusive: ['P7.days'] })).toEqual([]);
  expect(differences(found, { decision: 'INCONCLUSIVE', fails: ['P7.days'] })).toHaveLength(1);
  expect(differences(found, { decision: 'INCONCLUSIVE' })).toEqual([
    'P7.days should hold, it is inconclusive: as inconclusive',
  ]);
});

test('a run that judged nothing, or not what was named, is never what was expected', () => {
  expect(differences(run('GO'), { decision: 'GO' })).toEqual(['nothing was judged']);
  expect(differences(run('NO-GO', criterion('P1.lag', 'pass')), { decision: 'NO-GO', fails: ['P1.streams'] })).toEqual([
    'P1.streams should be fail, it was not judged',
  ]);
});

test('what may stop passing is no difference, a run that had trouble is', () => {
  const found = {
    ...run('NO-GO', criterion('P1.lag', 'fail'), criterion('P1.values', 'fail')),
    problems: ['disk full'],
  };
  expect(differences(found, { decision: 'NO-GO', fails: ['P1.lag'], may: ['P1.values'] })).toEqual([
    'the run had trouble: disk full',
  ]);
});
