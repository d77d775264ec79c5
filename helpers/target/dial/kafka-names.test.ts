import { expect, test } from 'vitest';
import { startTarget } from '../testing/fake-target.ts';
import { brokerAddress } from './kafka-names.ts';

test.each([
  ['redpanda', { namespace: 'x', service: 'redpanda' }],
  ['redpanda.other', { namespace: 'other', service: 'redpanda' }],
  ['redpanda.other.svc', { namespace: 'other', service: 'redpanda' }],
  ['redpanda.other.svc.cluster.local', { namespace: 'other', service: 'redpanda' }],
  ['redpanda.other.svc.cluster.local.', { namespace: 'other', service: 'redpanda' }],
  ['redpanda-0.redpanda.other', { namespace: 'other', pod: 'redpanda-0' }],
  ['redpanda-0.redpanda.other.svc', { namespace: 'other', pod: 'redpanda-0' }],
  ['redpanda-0.redpanda.other.svc.cluster.local', { namespace: 'other', pod: 'redpanda-0' }],
  ['localhost', { namespace: 'x', pod: 's-0' }],
  ['127.0.0.1', { namespace: 'x', pod: 's-0' }],
  ['::1', { namespace: 'x', pod: 's-0' }],
  ['10.1.2.3', { namespace: 'x', pod: 's-0' }],
])('%s leads to %j', async (host, address) => {
  await using fake = await startTarget(() => {});
  expect(await brokerAddress(fake.target.kube, fake.service, host, 9092)).toEqual({ ...address, port: 9092 });
});

test.each(['10.9.9.9', 'kafka.internal.example.com'])(
  '%s leads nowhere, and the message says what to change',
  async (host) => {
    await using fake = await startTarget(() => {});
    const error = await brokerAddress(fake.target.kube, fake.service, host, 9092).catch((reason) => reason);
    expect(error).toMatchObject({ name: 'Unobservable', kind: 'unreachable' });
    expect(error.message).toContain(`Kafka on x/s advertises ${host}:9092`);
    expect(error.hint).toContain('advertised');
  },
);
