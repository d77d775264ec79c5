import { describe, expect, test } from 'vitest';
import { verdictOf } from '../judge/verdict.ts';
import { registerSecret } from '../target/mask.ts';
import { Unobservable } from '../unobservable.ts';
import { judged } from './judged.ts';
import { Recorder } from './recorder.ts';

const options = { statement: 'all is well', deadlineSeconds: 30, debug: false };
const pass = verdictOf([{ subject: 'a', verdict: 'pass', observed: 'well' }], { expected: 'well', pass: 'well' });

test('the judge’s verdict stands', async () => {
  expect(await judged(async () => pass, new Recorder(), options)).toBe(pass);
});

test('what could not be observed is inconclusive, with the reason and what to do', async () => {
  const decide = () => Promise.reject(new Unobservable('forbidden', 'may not list pods', { hint: 'grant list' }));
  expect(await judged(decide, new Recorder(), options)).toMatchObject({
    kind: 'inconclusive',
    expected: 'all is well',
    observed: 'may not list pods',
    hint: 'grant list',
  });
});

describe('a fault of the suite is inconclusive', () => {
  registerSecret('hunter2');
  const decide = () => Promise.reject(new TypeError('x is undefined, password hunter2'));

  test('and says that it is the suite’s, without a stack and without secrets', async () => {
    const { kind, observed, hint } = await judged(decide, new Recorder(), options);
    expect(kind).toBe('inconclusive');
    expect(observed).toContain('the suite itself failed: TypeError: x is undefined');
    expect(observed).not.toContain('hunter2');
    expect(observed).not.toContain('judged.test.ts');
    expect(hint).toContain('--debug');
  });

  test('with --debug it shows where', async () => {
    expect((await judged(decide, new Recorder(), { ...options, debug: true })).observed).toContain('judged.test.ts');
  });
});

test('out of time it is inconclusive, with what was seen and what was waited for', async () => {
  const recorder = new Recorder();
  const decide = async () => {
    await recorder.observe('workloads', async () => 7);
    await recorder.observe('logs', () => new Promise<never>(() => {}));
    return pass;
  };
  expect(await judged(decide, recorder, { ...options, deadlineSeconds: 0.02 })).toMatchObject({
    kind: 'inconclusive',
    observed: 'no verdict within 0.1 s; seen: workloads; still waiting for: logs',
  });
});

test('evidence is kept by name, as far as it belongs into a report', async () => {
  const recorder = new Recorder();
  await recorder.observe('rows', async () => [1, 2]);
  await recorder.observe(
    'records',
    async () => ['private'],
    (records) => records.length,
  );
  expect(recorder.evidence).toEqual({ rows: [1, 2], records: 1 });
});
