import { expect, test } from 'vitest';
import { Unobservable } from '../unobservable.ts';
import { sight } from './sightings.ts';

test('what could be seen and what could not stand apart', async () => {
  const sightings = await sight(
    ['a', 'b', 'c'],
    (item) => `thing ${item}`,
    async (item) => {
      if (item === 'b') throw new Unobservable('forbidden', 'may not list b', { hint: 'grant list' });
      return [`${item}1`, `${item}2`];
    },
  );
  expect(sightings).toEqual({
    seen: ['a1', 'a2', 'c1', 'c2'],
    unseen: [{ subject: 'thing b', message: 'may not list b', hint: 'grant list' }],
  });
});

test('a fault of the suite is no observation', async () => {
  const broken = sight(['a'], String, () => Promise.reject(new TypeError('no such member')));
  await expect(broken).rejects.toThrow(TypeError);
});
