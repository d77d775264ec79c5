import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inWindow, judgedSeconds, takenWords, windowBefore, windowBetween } from './window.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 20) + seconds * 1000);
const outage = fc
  .tuple(fc.integer({ min: -500, max: 1500 }), fc.integer({ min: 1, max: 400 }))
  .map(([from, length]) => ({ from: at(from).toISOString(), to: at(from + length).toISOString(), reason: 'planned' }));

test('a moment of the window is judged if and only if no outage covers it', () => {
  fc.assert(
    fc.property(fc.array(outage, { maxLength: 6 }), fc.integer({ min: -100, max: 1100 }), (outages, moment) => {
      const window = windowBetween(at(0), at(1000), outages);
      const iso = at(moment).toISOString();
      const covered = outages.some(({ from, to }) => from <= iso && iso < to);
      expect(inWindow(window, iso)).toBe(moment >= 0 && moment < 1000 && !covered);
    }),
  );
});

test('what is judged is in order, without overlap, and as long as the window less its outages', () => {
  fc.assert(
    fc.property(fc.array(outage, { maxLength: 6 }), (outages) => {
      const window = windowBetween(at(0), at(1000), outages);
      const ends = window.spans.flatMap(({ from, to }) => [from, to]);
      expect(ends).toEqual([...ends].sort());
      expect(new Set(ends).size).toBe(ends.length);
      const seconds = Array.from({ length: 1000 }, (_, second) => at(second).toISOString());
      expect(judgedSeconds(window)).toBe(seconds.filter((second) => inWindow(window, second)).length);
    }),
  );
});

test('outages of another day leave the window whole, and are not mentioned', () => {
  const window = windowBefore(at(3600), 3600, [{ from: at(-900).toISOString(), to: at(0).toISOString(), reason: 'x' }]);
  expect(judgedSeconds(window)).toBe(3600);
  expect(takenWords(window)).toBe('');
});

test('what was taken out is shown with its reason', () => {
  const window = windowBefore(at(3600), 3600, [
    { from: at(-900).toISOString(), to: at(60).toISOString(), reason: 'disk swapped' },
  ]);
  expect(judgedSeconds(window)).toBe(3540);
  expect(takenWords(window)).toContain('disk swapped');
});
