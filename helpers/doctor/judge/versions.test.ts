import { expect, test } from 'vitest';
import { container, pod, workload } from '../../judge/testing/samples.ts';
import type { Sights } from '../observed.ts';
import { databaseSight, kafkaSight, seen, sights, unseen } from '../testing/samples.ts';
import { versionFindings, versionStates } from './versions.ts';

function versionOf(name: string, change: Partial<Sights>): string | undefined {
  return versionStates(sights(change)).find(({ of }) => of === name)?.version;
}

test('each program is asked for its own version', () => {
  expect(versionStates(sights()).map(({ of, version }) => [of, version])).toEqual([
    ['Kubernetes', 'v1.33.4'],
    ['broker', 'Redpanda, which speaks the protocol of Kafka 3.1 or later (Fetch up to version 13)'],
    ['MQTT', undefined],
    ['database timescaledb/telemetry', 'PostgreSQL 16.4, TimescaleDB 2.17.2 (community edition)'],
    ['database heatpump-settings/heatpump_settings', 'PostgreSQL 16.4, TimescaleDB 2.17.2 (community edition)'],
    ['database heatpump-mqtt/timescaledb', 'PostgreSQL 16.4, TimescaleDB 2.17.2 (community edition)'],
    ['Redpanda Connect bridge (bridge-1)', '4.49.1'],
    ['Redpanda Connect telemetry-sink (telemetry-sink-1)', '4.49.1'],
    ['Redpanda Connect settings-sink (settings-sink-1)', '4.49.1'],
  ]);
});

test.each([
  [18, 'Kafka 4.1 or later'],
  [14, 'Kafka 3.1 or later'],
  [4, 'Kafka older than 2.3'],
])('Fetch up to version %d is of %s', (version, release) => {
  expect(versionOf('broker', { kafka: kafkaSight({ fetchVersion: seen(version) }) })).toContain(release);
});

test('a broker that is not Redpanda is called Kafka', () => {
  const cluster = seen({ clusterId: '4L6g3nShT-eMCtK--X86sw', brokers: [] });
  expect(versionOf('broker', { kafka: kafkaSight({ cluster }) })).toMatch(/^Kafka, /);
});

test('the image of the pod behind a Service is told where the program says little', () => {
  const { kafka } = sights();
  const ref = { kind: 'StatefulSet', namespace: 'redpanda-v2', name: 'redpanda-v2' } as const;
  const broker = pod(
    { namespace: 'redpanda-v2', name: 'redpanda-v2-0' },
    container({ image: 'redpandadata/redpanda:v25.2.1' }),
  );
  const workloads = [{ ref, old: false, state: seen(workload({ ...ref, pods: [broker] })) }];
  expect(versionOf('broker', { workloads })).toMatch(/; image redpandadata\/redpanda:v25\.2\.1$/);
  const silent = { ...kafka, fetchVersion: unseen('no answer') };
  expect(versionOf('broker', { workloads, kafka: silent })).toBe('image redpandadata/redpanda:v25.2.1');
});

test('TimescaleDB is named where it is installed', () => {
  const version = seen({ postgres: '16.4' });
  expect(versionOf('database timescaledb/telemetry', { databases: [databaseSight('telemetry', { version })] })).toBe(
    'PostgreSQL 16.4',
  );
});

test('a version that cannot be known is no trouble of its own', () => {
  expect(versionFindings([{ of: 'MQTT', version: undefined }])).toEqual([
    { group: 'versions', level: 'note', subject: 'MQTT', text: 'not known' },
  ]);
});
