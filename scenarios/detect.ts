import { expect } from 'vitest';
import type { VerifyDocument } from '../cli/output/json-document.ts';
import { phases } from '../cli/phases.ts';
import { callReplicaAt } from '../replica/control.ts';
import { startOwnReplica } from '../replica/lifecycle.ts';
import { criteria } from '../specs/criteria.ts';
import { decisionFor } from './decision-for.ts';
import { type Fault, phaseOf } from './faults/fault.ts';
import { summaries, verifyReplica, withVerdict } from './verify-replica.ts';

/**
 * A cell of the detection matrix: each fault turns the criteria it is made for to fail, each obstacle turns them
 * inconclusive, and every other criterion of its phase stays as it is on a healthy replica. Each fault has a replica of
 * its own: what one leaves behind in logs and offsets would colour the next.
 */
export const perFaultMs = 120_000;

/** `a dashboard still reads the old API: P2.no-live-consumer fails` */
export function aimOf({ title, expects, obstructs = [] }: Fault): string {
  return `${title}: ${[...expects.map((id) => `${id} fails`), ...obstructs.map((id) => `${id} is inconclusive`)].join(', ')}`;
}

/** Expects that a replica in whose state a phase is done is GO, every criterion and every part passed or not applicable. */
export async function expectHealthy(phase: string, out: string): Promise<void> {
  await withReplica(phase, async (kubeconfig) => {
    const result = await verify(phase, kubeconfig, out);
    expect(result.problems).toEqual([]);
    expect(result.decision, summaries(result)).toBe('GO');
    const own = criteria.filter((criterion) => criterion.phase === phase);
    const parts = own.flatMap((criterion) => criterion.parts ?? []);
    expect(withVerdict(result, 'pass', 'not-applicable').sort(), summaries(result)).toEqual(
      [...new Set([...parts, ...own.map(({ id }) => id)])].sort(),
    );
  });
}

/** Plants the fault in a replica of its own and expects what it says of itself, and nothing else. */
export async function expectDetected(fault: Fault, out: string): Promise<void> {
  const { obstructs = [] } = fault;
  const phase = phaseOf(fault);
  await withReplica(phase, async (kubeconfig) => {
    await callReplicaAt(kubeconfig, 'PUT', `faults/${fault.name}`);
    const result = await verify(phase, kubeconfig, out);
    const allowed = new Set([...fault.expects, ...obstructs, ...(fault.entails ?? [])]);
    expect(withVerdict(result, 'fail'), summaries(result)).toEqual(expect.arrayContaining([...fault.expects]));
    expect(withVerdict(result, 'inconclusive'), summaries(result)).toEqual(expect.arrayContaining([...obstructs]));
    expect(
      result.criteria.filter(({ id, verdict }) => !['pass', 'not-applicable'].includes(verdict) && !allowed.has(id)),
      summaries(result),
    ).toEqual([]);
    // A silent broker is more than an obstacle: what flowed through it stops, which is a finding too.
    const decision = decisionFor(phase, withVerdict(result, 'fail'), withVerdict(result, 'inconclusive'));
    expect(result.decision).toBe(decision);
  });
}

async function withReplica(phase: string, work: (kubeconfig: string) => Promise<void>): Promise<void> {
  const known = phases.find(({ id }) => id === phase);
  if (known === undefined) throw new Error(`no phase ${phase}`);
  const { replicaState: state, reads } = known;
  const replica = await startOwnReplica({ state, timeScale: 30, progress: () => {} });
  try {
    // What verify would have made: a fault may lie in it.
    for (const made of reads) await callReplicaAt(replica.kubeconfig, 'PUT', made);
    await work(replica.kubeconfig);
  } finally {
    await replica.stop();
  }
}

function verify(phase: string, kubeconfig: string, out: string): Promise<VerifyDocument> {
  return verifyReplica({ phase, kubeconfig, out, withinMs: perFaultMs });
}
