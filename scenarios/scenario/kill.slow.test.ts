import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCommand } from '../../cli/testing/command.ts';
import { loadMigration } from '../../helpers/config/load.ts';
import { connectTarget } from '../../helpers/target/connect.ts';
import type { ReplicaState } from '../../replica/home.ts';
import { type ReplicaHandle, startOwnReplica } from '../../replica/lifecycle.ts';
import { openFaultTarget } from '../faults/open-target.ts';
import { settledSnapshot } from './settled.ts';
import { gitdirOf, plantedFaults, snapshotDifferences, takeSnapshot, type Whole } from './snapshot.ts';

interface Course {
  readonly scenario: string;
  readonly state: ReplicaState;
  /** About as long as it takes on a machine that does nothing else. */
  readonly seconds: number;
}

/** Between them they plant faults, stop each program, act as a cutover does, commit to Git, and wait. */
const courses: readonly Course[] = [
  { scenario: 'stuck-namespace', state: 'after-phase8', seconds: 60 },
  { scenario: 'data-gap', state: 'before-phase5', seconds: 240 },
  { scenario: 'prune-takes-rollback', state: 'before-phase5', seconds: 120 },
];

/** Tests end today as they did yesterday, so one moment is theirs; the nightly run draws another each time, by `KILL_SEED`. */
const seed = Number(process.env.KILL_SEED ?? 10);
const [{ course, permille } = { course: courses[0] as Course, permille: 0 }] = fc.sample(
  fc.record({ course: fc.constantFrom(...courses), permille: fc.nat(1000) }),
  { seed, numRuns: 1 },
);
const atSeconds = (course.seconds * permille) / 1000;

let replica: ReplicaHandle;
let out: string;
beforeAll(async () => {
  console.log(`KILL_SEED=${seed}: ${course.scenario} is killed after ${atSeconds.toFixed(1)} s`);
  out = await mkdtemp(join(tmpdir(), 'killed-'));
  replica = await startOwnReplica({ state: course.state, timeScale: 30, byHand: true, progress: () => {} });
}, 120_000);
afterAll(async () => {
  await replica?.stop();
  await rm(out, { recursive: true, force: true });
});

test('a scenario that was killed at any moment leaves a replica that is put back at the next start', async () => {
  const { kubeconfig } = replica;
  await using stack = new AsyncDisposableStack();
  const migration = loadMigration('migration.yaml');
  const of = { kubeconfig, context: 'embedded', timeScale: 30 };
  const target = stack.use(await openFaultTarget({ ...of, migration, gitdir: gitdirOf(kubeconfig) }));
  const cluster = await connectTarget({ kind: 'embedded', ...of }, 'embedded', { env: process.env });
  stack.defer(() => cluster.close());
  const whole: Whole = { replica: target, cluster, kind: 'embedded' };
  const before = await settledSnapshot(whole);

  const script = `scenarios/${course.scenario}.ts`;
  const within = { withinSeconds: course.seconds * 5 };
  const killed = stack.use(startCommand([script, '--kubeconfig', kubeconfig, '--out', out], within));
  await Promise.race([sleep(atSeconds * 1000), killed.ended]);
  killed.killGroup('SIGKILL');
  const { stdout } = await killed.ended;
  console.log(stdout);

  const next = await startCommand(['scenarios/run-all.ts', '--put-back', kubeconfig], { withinSeconds: 400 }).ended;
  console.log(next.stdout, next.stderr);
  expect(next.code).toBe(0);
  expect(await plantedFaults(whole)).toEqual([]);
  expect(snapshotDifferences(before, await takeSnapshot(whole))).toEqual([]);
  // By the time of its first act it has noted how the replica stood.
  const words = `put back what ${course.scenario} left, which was killed`;
  if (/planted|npm run|Flux is kept/.test(stdout) && !/is as it was/.test(stdout)) expect(next.stdout).toContain(words);
}, 1_800_000);
