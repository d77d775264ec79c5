import { expect, test } from 'vitest';
import { findInstances } from './instances.ts';
import type { FoundContainer, FoundWorkload } from './stack.ts';

const pipeline = 'input: { mqtt: { urls: [tcp://m], topics: [a] } }\noutput: { kafka: { addresses: [r], topic: t } }';

function workload(container: Partial<FoundContainer>): FoundWorkload {
  const whole = {
    image: 'own/program:1',
    command: [],
    ports: [],
    env: new Map(),
    files: [],
    secretMounts: [],
    ...container,
  };
  return { kind: 'Deployment', namespace: 'x', name: 'w', createdAt: '', replicas: 1, labels: {}, containers: [whole] };
}

const files = (...paths: string[]) => paths.map((path) => ({ configMap: 'streams', path, text: pipeline }));
const idsOf = (container: Partial<FoundContainer>) =>
  findInstances({ workloads: [workload(container)] }).instances.map(({ mode, streams }) => [
    mode,
    ...streams.map(({ id }) => id),
  ]);

test('a ConfigMap with several streams, of those that the command line names', () => {
  const found = files('/config/energy.yaml', '/config/heatpump.yaml', '/etc/other.yaml');
  expect(idsOf({ command: ['streams', '/config/*.yaml'], files: found })).toEqual([['streams', 'energy', 'heatpump']]);
  expect(idsOf({ command: ['streams', '/config'], files: found })).toEqual([['streams', 'energy', 'heatpump']]);
});

test('the one config of run, by the command line or for want of another', () => {
  const found = files('/config/energy.yaml', '/config/heatpump.yaml');
  expect(idsOf({ command: ['run', '/config/energy.yaml'], files: found })).toEqual([['run', 'energy']]);
  expect(idsOf({ command: ['-c', '/connect.yaml'], files: files('/connect.yaml') })).toEqual([['run', 'connect']]);
  expect(idsOf({ files: files('/connect.yaml') })).toEqual([['run', 'connect']]);
});

test('what is no pipeline makes no instance', () => {
  const other = [{ configMap: 'c', path: '/mosquitto.conf', text: 'listener 1883' }];
  expect(findInstances({ workloads: [workload({ files: other })] })).toEqual({ instances: [], unread: [] });
});

test.each([
  ['redpandadata/connect:4.49.1', [{ secret: 'streams', path: '/config' }], 'Secret streams'],
  ['ghcr.io/redpanda-data/benthos@sha256:1', [], 'mounts no ConfigMap'],
])('%s without files that can be read is named, and why', (image, secretMounts, why) => {
  const { instances, unread } = findInstances({ workloads: [workload({ image, secretMounts })] });
  expect(instances).toEqual([]);
  expect(unread).toMatchObject([{ why: expect.stringContaining(why) }]);
});

test('the port: the usual one, or that named http, or none', () => {
  const port = (ports: FoundContainer['ports']) =>
    findInstances({ workloads: [workload({ ports, files: files('/a.yaml') })] }).instances[0]?.port;
  expect(port([{ port: 9000, name: 'http' }, { port: 4195 }])).toBe(4195);
  expect(port([{ port: 9000, name: 'http' }])).toBe(9000);
  expect(port([{ port: 9000 }])).toBeUndefined();
});
