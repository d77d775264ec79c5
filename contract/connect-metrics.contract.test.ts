import { describe, expect, test } from 'vitest';
import { parseMetrics, type Sample } from '../helpers/connect/prometheus.ts';
import { eventually, notYet, seen } from '../helpers/wait.ts';
import { connectSubjects } from './connect-subjects.ts';
import { contract } from './suite.ts';

contract('Metrics of Redpanda Connect', connectSubjects, (system) => {
  const counters = [
    'input_received',
    'input_connection_up',
    'input_connection_lost',
    'output_sent',
    'output_error',
    'output_connection_up',
    'output_connection_lost',
    'processor_error',
  ];
  const page = async () => (await system().get('/metrics')).body;
  const of = (samples: readonly Sample[], name: string, stream: string) =>
    samples.filter((sample) => sample.name === name && sample.labels.stream === stream);

  test('are Prometheus text, each metric with its type before its samples', async () => {
    const text = await page();
    const samples = parseMetrics(text);
    const typed = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type]) => [name, type]));
    for (const { name } of samples) {
      const family = [name, name.replace(/_(sum|count|bucket)$/, '')].find((each) => typed.has(each));
      expect(family, `${name} has a type`).toBeDefined();
    }
    for (const name of counters) expect({ name, type: typed.get(name) }).toEqual({ name, type: 'counter' });
  });

  describe.each(counters)('%s', (name) => {
    test('is there for each stream, from its start', async () => {
      const samples = parseMetrics(await page());
      for (const stream of system().streams) {
        const found = of(samples, name, stream);
        expect(found.length, stream).toBeGreaterThan(0);
        for (const { value, labels } of found) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(labels.path).toMatch(/^root\.(input|output|pipeline\.processors\.\d+(\.catch\.\d+)?)$/);
        }
      }
    });
  });

  test('are of each processor, nested ones too', async () => {
    const samples = parseMetrics(await page());
    for (const stream of system().streams) {
      expect(of(samples, 'processor_received', stream).map(({ labels }) => labels.path)).toEqual([
        'root.pipeline.processors.0',
        'root.pipeline.processors.1',
        'root.pipeline.processors.1.catch.0',
      ]);
    }
  });

  test('count what passes, of the stream that it passes and of no other', async () => {
    const count = async (name: string, stream: string) =>
      of(parseMetrics(await page()), name, stream).reduce((sum, { value }) => sum + value, 0);
    const others = system().streams.filter((stream) => stream !== 'energy');
    const before = await Promise.all(['energy', ...others].map((stream) => count('input_received', stream)));
    await system().publish('saveeye/telemetry', '{"timestamp":"2026-11-24T03:28:02Z"}');
    await eventually(
      async () => {
        const after = await count('input_received', 'energy');
        return after === (before[0] ?? 0) + 1 ? seen(after) : notYet(`${after} received`);
      },
      { for: 'one more message', within: 10, every: 0.05 },
    );
    const after = await Promise.all(others.map((stream) => count('input_received', stream)));
    expect(after).toEqual(before.slice(1));
  });
});
