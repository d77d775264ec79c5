import { expect, test } from 'vitest';
import { verdictOf } from '../judge/verdict.ts';
import { lasting } from './lasting.ts';

const verdict = (kind: 'pass' | 'fail') =>
  verdictOf([{ subject: 'a', verdict: kind, observed: kind }], { expected: 'well', pass: 'well' });

test('ends with the first pass', async () => {
  const verdicts = [verdict('fail'), verdict('pass'), verdict('fail')];
  const last = await lasting(async () => verdicts.shift() ?? verdict('fail'), { within: 60, every: 0.001 });
  expect(last.kind).toBe('pass');
  expect(verdicts).toHaveLength(1);
});

test('what lasts fails, after no less than its time', async () => {
  const startedAt = Date.now();
  const last = await lasting(async () => verdict('fail'), { within: 0.05, every: 0.01 });
  expect(last.kind).toBe('fail');
  expect(Date.now() - startedAt).toBeGreaterThanOrEqual(50);
});
