import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadMigration } from './load.ts';
import { scaled } from './time-scale.ts';

const shipped = loadMigration(fileURLToPath(new URL('../../migration.yaml', import.meta.url)));

function withWindow(window: number) {
  return { ...shipped, run: { ...shipped.run, window } };
}

test('freshness, every and window are divided', () => {
  const result = scaled(shipped, 30);
  expect(result.run.window).toBe(120);
  expect(result.new.streams['temperature-indoor']).toMatchObject({ every: 30, freshness: 240 });
  expect(result.new.streams.energy).toMatchObject({ every: 1, freshness: 10 });
});

test('so is the freshness of old streams, and nothing else of theirs', () => {
  const { streams, settings } = scaled(shipped, 30).old;
  expect(streams.heatpump).toEqual({ ...shipped.old.streams.heatpump, freshness: 10 });
  expect(settings).toEqual({ ...shipped.old.settings, freshness: 10 });
});

test('nothing falls below 5 s, and what is shorter already stays', () => {
  expect(scaled(withWindow(100), 30).run.window).toBe(5);
  expect(scaled(withWindow(3), 30).run.window).toBe(3);
});

test('nothing else changes', () => {
  const result = scaled(shipped, 30);
  const restored = {
    ...result,
    run: { ...result.run, window: shipped.run.window, watch: shipped.run.watch },
    new: {
      ...result.new,
      streams: Object.fromEntries(
        Object.entries(result.new.streams).map(([name, stream]) => [
          name,
          { ...stream, every: shipped.new.streams[name]?.every, freshness: shipped.new.streams[name]?.freshness },
        ]),
      ),
    },
    old: shipped.old,
  };
  expect(restored).toEqual(shipped);
});

test('a scaled duration lies between the original and the limit, keeps the order, and life has scale 1', () => {
  const seconds = fc.double({ min: 0.001, max: 1e8, noNaN: true });
  const scale = fc.double({ min: 1, max: 3600, noNaN: true });
  const window = (value: number, by: number) => scaled(withWindow(value), by).run.window;
  fc.assert(
    fc.property(seconds, seconds, scale, (a, b, by) => {
      const result = window(a, by);
      expect(result).toBeLessThanOrEqual(a);
      expect(result).toBeGreaterThanOrEqual(Math.min(a, 5));
      expect(result === a / by || result === Math.min(a, 5)).toBe(true);
      if (a <= b) expect(result).toBeLessThanOrEqual(window(b, by));
      expect(window(a, 1)).toBe(a);
    }),
  );
});
