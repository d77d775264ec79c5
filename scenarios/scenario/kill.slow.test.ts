import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCommand } from '../../cli/testing/command.ts';
import { loadMigration } from '../../helpers/config/load.ts';
import { connectTarget } from '../../helpers/target/connect.ts';
import { type ReplicaHandle, startOwnReplica } from '../../replica/lifecycle.ts';
import { openFaultTarget } from '../faults/open-target.ts';
import { gitdirOf, plantedFaults, snapshotDifferences, takeSnapshot, type Whole } from './snapshot.ts';

let replica: ReplicaHandle;
let out: string;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'killed-'));
  replica = await startOwnReplica({ state: 'after-phase8', timeScale: 30, byHand: true, progress: () => {} });
}, 120_000);
afterAll(async () => {
  await replica.stop();
  await rm(out, { recursive: true, force: true });
});

test('a scenario that was killed leaves a replica that is put back at the next start', async () => {
  const { kubeconfig } = replica;
  await using stack = new AsyncDisposableStack();
  const migration = loadMigration('migration.yaml');
  const of = { kubeconfig, context: 'embedded', timeScale: 30 };
  const target = stack.use(await openFaultTarget({ ...of, migration, gitdir: gitdirOf(kubeconfig) }));
  const cluster = await connectTarget({ kind: 'embedded', ...of }, 'embedded', { env: process.env });
  stack.defer(() => cluster.close());
  const whole: Whole = { replica: target, cluster, kind: 'embedded' };
  const before = await takeSnapshot(whole);

  const killed = stack.use(startCommand(['scenarios/stuck-namespace.ts', '--kubeconfig', kubeconfig, '--out', out]));
  await killed.said(/planted/);
  // At any moment from here on: what is planted, and what the scenario does besides.
  await sleep(Math.random() * 6_000);
  killed.killGroup('SIGKILL');
  await killed.ended;
  expect(await plantedFaults(whole)).toHaveLength(1);
  expect(snapshotDifferences(before, await takeSnapshot(whole))).not.toEqual([]);

  const next = await startCommand(['scenarios/run-all.ts', '--put-back', kubeconfig], { withinSeconds: 180 }).ended;
  expect(next.stdout).toContain('put back what stuck-namespace left, which was killed');
  expect(next.code).toBe(0);
  expect(await plantedFaults(whole)).toEqual([]);
  expect(snapshotDifferences(before, await takeSnapshot(whole))).toEqual([]);
}, 300_000);
