import { expect, test } from 'vitest';
import { readInstance } from './instance.ts';

const pod = {
  instance: 'bridge',
  namespace: 'mqtt-kafka-bridge',
  pod: 'mqtt-kafka-bridge-1',
  startedAt: new Date(Date.now() - 60_000).toISOString(),
};

/** Answers by path; anything else is a 404, as the program says it. */
function answers(pages: Record<string, string | { status: number; body: string }>) {
  const asked: string[] = [];
  const get = async (path: string) => {
    asked.push(path);
    const page = pages[path] ?? { status: 404, body: '404 page not found\n' };
    return typeof page === 'string' ? { status: 200, body: page } : page;
  };
  return { get, asked };
}

const statuses =
  '{"statuses":[{"label":"in","path":"input","connected":true},{"label":"out","path":"output","connected":false}]}\n';
const healthy = {
  '/ready': 'OK',
  '/streams':
    '{"energy":{"active":true,"uptime":12.5,"uptime_str":"12.5s"},"heatpump":{"active":false,"uptime":3,"uptime_str":"3s"}}',
  '/energy/ready': statuses,
  '/metrics': 'input_received{label="in",path="root.input",stream="energy"} 20\n',
};

test('a stream has its ends and its counters', async () => {
  const reading = await readInstance(answers(healthy).get, pod, ['energy']);
  expect(reading).toMatchObject({ instance: 'bridge', pod: 'mqtt-kafka-bridge-1', ready: { status: 200, body: 'OK' } });
  expect(reading.streams[0]).toMatchObject({
    id: 'energy',
    active: true,
    uptimeSeconds: 12.5,
    ends: [
      { label: 'in', path: 'input', connected: true },
      { label: 'out', path: 'output', connected: false },
    ],
    counters: { inputReceived: 20, outputSent: 0 },
  });
  expect(reading.streams[1]).toEqual({ id: 'heatpump', active: false, uptimeSeconds: 3, ends: [] });
});

test('the config of a stream, which can hold a password, is never asked for', async () => {
  const { get, asked } = answers(healthy);
  await readInstance(get, pod, ['energy']);
  expect(asked.filter((path) => path.startsWith('/streams/'))).toEqual([]);
});

test('503 of /ready is an observation', async () => {
  const page = { status: 503, body: 'streams energy are not connected\n' };
  const reading = await readInstance(answers({ ...healthy, '/ready': page }).get, pod, ['energy']);
  expect(reading.ready).toEqual({ status: 503, body: 'streams energy are not connected' });
});

test('in run mode the one stream has the configured name', async () => {
  const pages = { '/ready': statuses, '/metrics': 'input_received{label="",path="root.input"} 7\n' };
  const { streams } = await readInstance(answers(pages).get, pod, ['settings']);
  expect(streams).toMatchObject([{ id: 'settings', active: true, counters: { inputReceived: 7 } }]);
  expect(streams[0]?.uptimeSeconds).toBeGreaterThanOrEqual(60);
  await expect(readInstance(answers(pages).get, pod, ['a', 'b'])).rejects.toThrow('2 are configured');
});

test('something that is not Redpanda Connect cannot be observed', async () => {
  const page = { '/streams': '<html>' };
  await expect(readInstance(answers(page).get, pod, ['energy'])).rejects.toMatchObject({
    name: 'Unobservable',
    kind: 'unsupported',
  });
});

test('without metrics there are no counters', async () => {
  const { '/metrics': _, ...rest } = healthy;
  const { streams } = await readInstance(answers(rest).get, pod, ['energy']);
  expect(streams[0]).not.toHaveProperty('counters');
});
