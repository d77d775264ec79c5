import { expect, test } from 'vitest';
import { ago } from '../testing/samples.ts';
import { heardSpans } from './heard.ts';

const entry = (from: number, to: number, messages: number) => ({
  kind: 'listen' as const,
  at: ago(to),
  from: ago(from),
  to: ago(to),
  streams: [{ stream: 'energy', mqttTopic: 'saveeye/telemetry', messages }],
});

test('entries without a break are one, and those of before the capture do not count', () => {
  const entries = [entry(900, 600, 100), entry(600, 300, 30), entry(300, 200, 10), entry(100, 0, 9)];
  expect(heardSpans(entries, ago(500))).toEqual([
    { stream: 'energy', from: ago(600), to: ago(200), heard: 40 },
    { stream: 'energy', from: ago(100), to: ago(0), heard: 9 },
  ]);
});
