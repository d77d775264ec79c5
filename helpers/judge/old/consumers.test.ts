import { expect, test } from 'vitest';
import { migration } from '../testing/samples.ts';
import type { Sightings } from '../verdict.ts';
import { type Consumption, judgeNoConsumer } from './consumers.ts';

const all = <T>(...seen: readonly T[]): Sightings<T> => ({ seen, unseen: [] });
const hidden = (subject: string) => ({ seen: [], unseen: [{ subject, message: 'forbidden' }] });
const session = {
  user: 'postgres',
  application: '',
  address: '10.42.0.13',
  sessions: 1,
  since: '2026-11-24T03:00:00Z',
};
const sink = { namespace: 'redpanda-sink', pod: 'redpanda-connect-1', address: '10.42.0.13' };
const grafana = { namespace: 'monitoring', pod: 'grafana-1', address: '10.42.0.13' };

const observed = (parts: Partial<Consumption>): Consumption => ({
  mentions: all(),
  groups: all(),
  sessions: all(session),
  pods: all(sink),
  ...parts,
});

test('a session of the old system’s own pod is no consumer', () => {
  expect(judgeNoConsumer(observed({}), migration).kind).toBe('pass');
});

test('a session of another pod is one, by the pod’s name', () => {
  const verdict = judgeNoConsumer(observed({ pods: all(grafana) }), migration);
  expect(verdict.kind).toBe('fail');
  expect(verdict.observed).toContain('Pod monitoring/grafana-1');
});

test('a session from an address that no pod has is one', () => {
  expect(judgeNoConsumer(observed({ pods: all() }), migration).kind).toBe('fail');
});

test('where pods could not be seen, a session is not taken for another’s: it may be the old system’s own', () => {
  expect(judgeNoConsumer(observed({ pods: hidden('pods') }), migration).kind).toBe('inconclusive');
});

test.each(['mentions', 'groups', 'sessions'] as const)('%s that could not be seen are never taken for none', (part) => {
  expect(judgeNoConsumer(observed({ [part]: hidden(part) }), migration).kind).toBe('inconclusive');
});
