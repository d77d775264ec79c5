import { expect, test } from 'vitest';
import type { ClaimState } from '../../cluster/observed.ts';
import type { TableState } from '../../database/observed.ts';
import { migration, seen, unseen } from '../testing/samples.ts';
import { isRisky, judgeDataHolders } from './data-holders.ts';

const claim = (change: Partial<ClaimState> = {}): ClaimState => ({
  namespace: 'heatpump-mqtt',
  name: 'data-timescaledb-0',
  phase: 'Bound',
  capacity: '10Gi',
  storageClass: 'local-path',
  volume: 'pv-1',
  reclaimPolicy: 'Retain',
  mountedBy: ['timescaledb-0'],
  ...change,
});
const tables = seen({ table: 'heatpump', sizeBytes: 3 * 2 ** 20 } as TableState);
const judge = (...claims: ClaimState[]) => judgeDataHolders(seen(...claims), tables, migration);

test('a claim is told with its size, its policy and the database that it holds', () => {
  const { kind, summary } = judge(claim());
  expect(kind).toBe('pass');
  expect(summary).toBe(
    '1 claim: heatpump-mqtt/data-timescaledb-0 10Gi, local-path, policy Retain, database timescaledb, 3 MiB in 1 table',
  );
});

test('a policy Delete under data to be kept passes, and is pointed out', () => {
  const verdict = judge(claim({ reclaimPolicy: 'Delete' }));
  expect(verdict.kind).toBe('pass');
  expect(verdict.summary).toContain('policy Delete under data-timescaledb-0: Retain before phase 8');
});

test('data whose deletion is confirmed is at no risk', () => {
  const deleteData = [{ namespace: 'heatpump-mqtt', reason: 'exported' }];
  expect(isRisky(claim({ reclaimPolicy: 'Delete' }), migration)).toBe(true);
  const decided = { ...migration, old: { ...migration.old, deleteData } };
  expect(isRisky(claim({ reclaimPolicy: 'Delete' }), decided)).toBe(false);
  expect(isRisky(claim({ reclaimPolicy: 'Delete', namespace: 'mqtt-input' }), migration)).toBe(false);
});

test.each<[string, Partial<ClaimState>, 'fail' | 'inconclusive']>([
  ['is lost', { phase: 'Lost' }, 'fail'],
  ['nobody mounts', { mountedBy: [] }, 'fail'],
  ['has a policy that could not be read', { reclaimPolicy: undefined as unknown as string }, 'inconclusive'],
])('a claim that %s: %o is %s', (_, change, kind) => {
  const { reclaimPolicy, ...others } = claim(change);
  expect(judge({ ...others, ...(reclaimPolicy === undefined ? {} : { reclaimPolicy }) }).kind).toBe(kind);
});

test('claims or tables that were not seen, and no claim at all, are inconclusive', () => {
  expect(judgeDataHolders(unseen('claims of mqtt-input'), tables, migration).kind).toBe('inconclusive');
  expect(judgeDataHolders(seen(claim()), unseen('the old database'), migration).kind).toBe('inconclusive');
  expect(judge().kind).toBe('inconclusive');
});
