import { expect, test } from 'vitest';
import { ApiAnswer } from '../../target/answer.ts';
import { Unobservable } from '../../unobservable.ts';
import { lookWithin } from './look.ts';

const never = () => new Promise<never>(() => {});

test('what was seen', async () => {
  expect(await lookWithin(5)('it', async () => 42)).toEqual({ seen: 42 });
});

test.each([
  [
    new Unobservable('forbidden', 'list pods: forbidden', { hint: 'grant it' }),
    { kind: 'forbidden', message: 'list pods: forbidden', hint: 'grant it' },
  ],
  [
    new ApiAnswer(400, 'BadRequest', 'the API server refuses'),
    { kind: 'unsupported', message: 'the API server refuses' },
  ],
  [
    new TypeError('x is not a function'),
    { kind: 'fault', message: 'it: the suite itself failed: x is not a function' },
  ],
])('%s is why nothing was seen', async (error, unseen) => {
  expect(await lookWithin(5)('it', () => Promise.reject(error))).toEqual({ unseen });
});

test('what never answers ends with the deadline, and all looks share it', async () => {
  const look = lookWithin(0.2);
  const began = performance.now();
  const both = await Promise.all([look('one', never), look('the other', never)]);
  const late = await look('a third', never);
  expect(performance.now() - began).toBeLessThan(1000);
  expect([...both, late]).toEqual(
    ['one', 'the other', 'a third'].map((name) => ({
      unseen: { kind: 'timeout', message: `${name}: no answer within 0.2 s` },
    })),
  );
});
