import { expect, test } from 'vitest';
import { pauseOfBoth } from './pauses.ts';
import type { StreamFlow } from './record.ts';

const flow = (stream: string, ...seconds: number[]): StreamFlow => ({
  stream,
  system: stream.startsWith('old') ? 'old' : 'new',
  rowsAtMs: seconds.map((second) => second * 1000),
});

test('a pause begins with the last row before the trouble', () => {
  expect(pauseOfBoth([flow('energy', 98, 99, 115, 116)], 'energy', new Date(100_000))).toBe(16);
});

test('a pause that was over before the trouble is none of its', () => {
  expect(pauseOfBoth([flow('energy', 50, 90, 99, 101)], 'energy', new Date(100_000))).toBe(2);
});

test('what one system lacks the other may have', () => {
  const flows = [flow('energy', 99, 115), flow('old energy', 100, 102, 104, 106, 108, 110, 112, 114), flow('heatpump')];
  expect(pauseOfBoth(flows, 'energy', new Date(100_000))).toBe(2);
  expect(pauseOfBoth(flows, 'heatpump', new Date(100_000))).toBe(0);
});
