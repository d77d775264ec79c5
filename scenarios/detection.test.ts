import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callReplicaAt } from '../replica/control.ts';
import { startOwnReplica } from '../replica/lifecycle.ts';
import { criteria } from '../specs/criteria.ts';
import { faults } from './faults/all.ts';
import { summaries, verifyReplica, withVerdict } from './verify-replica.ts';

/**
 * The detection matrix of phase 1: each fault turns the criteria it is made for to fail, each obstacle turns them
 * inconclusive, and every other criterion stays as it is on a healthy replica. Each fault has a replica of its own: what
 * one leaves behind in logs and offsets would colour the next.
 */
const perFault = 120_000;
let output: string;

beforeAll(async () => {
  output = await mkdtemp(join(tmpdir(), 'detection-'));
});
afterAll(() => rm(output, { recursive: true, force: true }));

const verify = (kubeconfig: string) => verifyReplica({ kubeconfig, out: output, withinMs: perFault });

describe('a healthy replica', () => {
  test(
    'is GO, every criterion passed',
    async () => {
      const replica = await startOwnReplica({ state: 'before-phase5', timeScale: 30, progress: () => {} });
      try {
        const result = await verify(replica.kubeconfig);
        expect(result.decision, summaries(result)).toBe('GO');
        expect(withVerdict(result, 'pass').sort(), summaries(result)).toEqual(
          criteria
            .filter(({ phase }) => phase === 'phase1')
            .map(({ id }) => id)
            .sort(),
        );
      } finally {
        await replica.stop();
      }
    },
    perFault,
  );
});

describe.each(faults)('$name', (fault) => {
  const obstructs = fault.obstructs ?? [];
  const aim = [...fault.expects.map((id) => `${id} fails`), ...obstructs.map((id) => `${id} is inconclusive`)];

  test(
    `${fault.title}: ${aim.join(', ')}`,
    async () => {
      const replica = await startOwnReplica({ state: 'before-phase5', timeScale: 30, progress: () => {} });
      try {
        await callReplicaAt(replica.kubeconfig, 'PUT', `faults/${fault.name}`);
        const result = await verify(replica.kubeconfig);
        const allowed = new Set([...fault.expects, ...obstructs, ...(fault.entails ?? [])]);
        expect(withVerdict(result, 'fail'), summaries(result)).toEqual(expect.arrayContaining([...fault.expects]));
        expect(withVerdict(result, 'inconclusive'), summaries(result)).toEqual(expect.arrayContaining([...obstructs]));
        expect(
          result.criteria.filter(({ id, verdict }) => verdict !== 'pass' && !allowed.has(id)),
          summaries(result),
        ).toEqual([]);
        // A silent broker is more than an obstacle: what flowed through it stops, which is a finding too.
        const failed = withVerdict(result, 'fail').some(
          (id) => criteria.find((criterion) => criterion.id === id)?.gates,
        );
        if (failed) expect(result.decision).toBe('NO-GO');
        else expect(result.decision).toBe(obstructs.length > 0 ? 'INCONCLUSIVE' : 'GO');
      } finally {
        await replica.stop();
      }
    },
    perFault,
  );
});

test('every criterion of phase 1 has a fault that turns it red and an obstacle that turns it inconclusive', () => {
  const red = new Set(faults.flatMap(({ expects }) => expects));
  const grey = new Set(faults.flatMap(({ obstructs }) => obstructs ?? []));
  const phase1 = criteria.filter(({ phase }) => phase === 'phase1').map(({ id }) => id);
  expect(phase1.filter((id) => !red.has(id))).toEqual([]);
  expect(phase1.filter((id) => !grey.has(id))).toEqual([]);
});
