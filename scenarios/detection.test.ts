import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { phases } from '../cli/phases.ts';
import { callReplicaAt } from '../replica/control.ts';
import { startOwnReplica } from '../replica/lifecycle.ts';
import { criteria } from '../specs/criteria.ts';
import { faults } from './faults/all.ts';
import { summaries, verifyReplica, withVerdict } from './verify-replica.ts';

/**
 * The detection matrix: each fault turns the criteria it is made for to fail, each obstacle turns them inconclusive, and
 * every other criterion of its phase stays as it is on a healthy replica. Each fault has a replica of its own: what one
 * leaves behind in logs and offsets would colour the next.
 */
const perFault = 120_000;
let output: string;

beforeAll(async () => {
  output = await mkdtemp(join(tmpdir(), 'detection-'));
});
afterAll(() => rm(output, { recursive: true, force: true }));

/** Those that have criteria: what a phase's verify starts for itself is what they are judged on. */
const judgedPhases = phases.filter(({ id }) => criteria.some(({ phase }) => phase === id));

async function withReplica(phase: string, work: (kubeconfig: string) => Promise<void>): Promise<void> {
  const known = phases.find(({ id }) => id === phase);
  if (known === undefined) throw new Error(`no phase ${phase}`);
  const { replicaState: state, readsLedger, readsBackup } = known;
  const replica = await startOwnReplica({ state, timeScale: 30, progress: () => {} });
  try {
    // What verify would have made: a fault may lie in it.
    if (readsLedger) await callReplicaAt(replica.kubeconfig, 'PUT', 'ledger');
    if (readsBackup) await callReplicaAt(replica.kubeconfig, 'PUT', 'backup');
    await work(replica.kubeconfig);
  } finally {
    await replica.stop();
  }
}

const verify = (phase: string, kubeconfig: string) =>
  verifyReplica({ phase, kubeconfig, out: output, withinMs: perFault });

describe.each(judgedPhases)('a replica in whose state $id is done', ({ id: phase }) => {
  test(
    'is GO, every criterion passed or does not apply',
    () =>
      withReplica(phase, async (kubeconfig) => {
        const result = await verify(phase, kubeconfig);
        expect(result.decision, summaries(result)).toBe('GO');
        const own = criteria.filter((criterion) => criterion.phase === phase);
        const parts = own.flatMap((criterion) => criterion.parts ?? []);
        expect(withVerdict(result, 'pass', 'not-applicable').sort(), summaries(result)).toEqual(
          [...new Set([...parts, ...own.map(({ id }) => id)])].sort(),
        );
      }),
    perFault,
  );
});

describe.each(faults)('$name', (fault) => {
  const { phase = 'phase1', obstructs = [] } = fault;
  const aim = [...fault.expects.map((id) => `${id} fails`), ...obstructs.map((id) => `${id} is inconclusive`)];

  test(
    `${fault.title}: ${aim.join(', ')}`,
    () =>
      withReplica(phase, async (kubeconfig) => {
        await callReplicaAt(kubeconfig, 'PUT', `faults/${fault.name}`);
        const result = await verify(phase, kubeconfig);
        const allowed = new Set([...fault.expects, ...obstructs, ...(fault.entails ?? [])]);
        expect(withVerdict(result, 'fail'), summaries(result)).toEqual(expect.arrayContaining([...fault.expects]));
        expect(withVerdict(result, 'inconclusive'), summaries(result)).toEqual(expect.arrayContaining([...obstructs]));
        expect(
          result.criteria.filter(({ id, verdict }) => !['pass', 'not-applicable'].includes(verdict) && !allowed.has(id)),
          summaries(result),
        ).toEqual([]);
        // A silent broker is more than an obstacle: what flowed through it stops, which is a finding too.
        const failed = withVerdict(result, 'fail').some((id) => isGate(id, phase));
        const unclear = withVerdict(result, 'inconclusive').some((id) => isGate(id, phase));
        expect(result.decision).toBe(failed ? 'NO-GO' : unclear ? 'INCONCLUSIVE' : 'GO');
      }),
    perFault,
  );
});

function isGate(id: string, phase: string): boolean {
  return criteria.some((criterion) => criterion.id === id && criterion.phase === phase && criterion.gates);
}

test('every criterion has a fault that turns it red and an obstacle that turns it inconclusive', () => {
  const red = new Set(faults.flatMap(({ expects }) => expects));
  const grey = new Set(faults.flatMap(({ obstructs }) => obstructs ?? []));
  const own = criteria.filter(({ parts }) => parts === undefined).map(({ id }) => id);
  expect(own.filter((id) => !red.has(id))).toEqual([]);
  expect(own.filter((id) => !grey.has(id))).toEqual([]);
});
