import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Evenly } from './evenly.ts';

const keptOf = (count: number, most: number) => {
  const evenly = new Evenly<number>(most);
  for (let index = 0; index < count; index++) evenly.add(index);
  return evenly.kept;
};

test('few things are all kept', () => {
  expect(keptOf(3, 10)).toEqual([0, 1, 2]);
});

test('of many at most so many are kept, the first among them, all equally far apart and up to the end', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 60 }), (count, most) => {
      const kept = keptOf(count, most);
      const steps = new Set(kept.slice(1).map((each, index) => each - (kept[index] ?? 0)));
      expect(kept.length).toBeLessThanOrEqual(most);
      expect(kept[0]).toBe(0);
      expect(steps.size).toBeLessThanOrEqual(1);
      expect(count - (kept.at(-1) ?? 0)).toBeLessThanOrEqual([...steps][0] ?? Math.max(count, 1));
    }),
  );
});
