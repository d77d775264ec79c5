import { expect, test } from 'vitest';
import { sampleCriterion, sampleRun, sampleVerdict } from '../../helpers/evidence/testing/sample-run.ts';
import { message } from './message.ts';
import { decisionOf, type Night, openCriteria } from './night.ts';
import { summary } from './summary.ts';

const fails = sampleVerdict('fail', {
  summary: 'energy | 3 rows `late` @somebody <img src=x>',
  look: 'kubectl get pods',
  hint: 'wait',
});
const noGo = sampleRun([sampleCriterion('P1.lag', fails), sampleCriterion('P1.streams', sampleVerdict('pass'))]);
const go = sampleRun([sampleCriterion('P1.lag', sampleVerdict('pass'))]);
const unclear = sampleRun([sampleCriterion('P1.topics-fresh', sampleVerdict('inconclusive'))]);

function night(runs: Night['runs'], parts: Partial<Night> = {}): Night {
  return {
    target: 'embedded',
    rehearsal: true,
    startedAt: '2026-11-24T03:00:00.000Z',
    finishedAt: '2026-11-24T03:03:20.000Z',
    runs,
    tellsObservations: true,
    ...parts,
  };
}

test('the worst decision is the night’s, and a night without a run, or not whole, is no GO', () => {
  expect(decisionOf(night([go, unclear, noGo]))).toBe('NO-GO');
  expect(decisionOf(night([go, unclear]))).toBe('INCONCLUSIVE');
  expect(decisionOf(night([go]))).toBe('GO');
  expect(decisionOf(night([]))).toBe('INCONCLUSIVE');
  expect(decisionOf(night([go], { trouble: 'it went away' }))).toBe('INCONCLUSIVE');
});

test('what does not hold is told once, however many phases judged it, and what fails first', () => {
  expect(openCriteria(night([unclear, noGo, noGo])).map(({ id }) => id)).toEqual(['P1.lag', 'P1.topics-fresh']);
});

test('a criterion that advises is not among what keeps the night from being GO', () => {
  const advised = sampleRun([sampleCriterion('P1.restarts', fails, { gates: false })]);
  expect(openCriteria(night([advised]))).toEqual([]);
});

test('in Markdown the decision comes first, what was observed is code, and a table keeps its columns', () => {
  expect(summary(night([noGo])).split('\n')).toEqual([
    '## NO-GO: `embedded`',
    '',
    '**REHEARSAL, NOT YOUR CLUSTER**',
    '',
    '2026-11-24 03:00 UTC, took 3 min 20 s',
    '',
    '| phase | | decision | why |',
    '|---|---|---|---|',
    '| phase1 | The new system is healthy | **NO-GO** | `P1.lag fails` |',
    '',
    '### What does not hold',
    '',
    '- **P1.lag** fails (phase1): `` energy | 3 rows `late` @somebody <img src=x> ``',
    '  - look: `kubectl get pods`',
    '  - next: `wait`',
    '',
  ]);
});

test('about a live cluster nothing that was observed leaves the machine, unless it may', () => {
  const live = night([noGo], { target: 'live', rehearsal: false, tellsObservations: false });
  for (const told of [summary(live), JSON.stringify(message(live))]) {
    expect(told).not.toContain('3 rows');
    expect(told).not.toContain('kubectl');
    expect(told).toContain('P1.lag');
    expect(told).toContain('NO-GO');
  }
  expect(JSON.stringify(message({ ...live, tellsObservations: true }))).toContain('3 rows');
});

test('why not everything was verified is told', () => {
  expect(summary(night([], { trouble: 'connect ECONNREFUSED' }))).toContain(
    'could be verified:** `connect ECONNREFUSED`',
  );
  expect(message(night([], { trouble: 'x' }))).toMatchObject({ decision: 'INCONCLUSIVE', trouble: 'x', phases: [] });
});
