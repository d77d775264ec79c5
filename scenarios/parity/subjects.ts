import { KubeConfig } from '@kubernetes/client-node';
import type { VerifyDocument } from '../../cli/output/json-document.ts';
import type { Phase } from '../../cli/phases.ts';
import { loadMigration } from '../../helpers/config/load.ts';
import { eventually, notYet, seen } from '../../helpers/wait.ts';
import { callReplicaAt } from '../../replica/control.ts';
import { startOwnReplica } from '../../replica/lifecycle.ts';
import type { Fault, FaultTarget } from '../faults/fault.ts';
import { openFaultTarget } from '../faults/open-target.ts';
import { verifyReplica, withVerdict } from '../verify-replica.ts';

const timeScale = 30;
/** A run of verify, and the way back to health: the window of live data has to leave the fault behind. */
const verifyWithinMs = 240_000;
const recoveryWithin = 420;
const lookEvery = 20;

/** What verify says of the phase on a fresh embedded replica with this fault planted. */
export async function judgeEmbedded(
  { name }: Fault,
  { id: phase, replicaState: state, reads }: Phase,
  out: string,
  signal: AbortSignal,
): Promise<VerifyDocument> {
  const replica = await startOwnReplica({ state, timeScale, progress: () => {}, signal });
  const { kubeconfig } = replica;
  try {
    for (const made of reads) await callReplicaAt(kubeconfig, 'PUT', made);
    await callReplicaAt(kubeconfig, 'PUT', `faults/${name}`);
    return await verifyReplica({ phase, kubeconfig, out, withinMs: verifyWithinMs, signal });
  } finally {
    await replica.stop();
  }
}

/** A replica on a real cluster, in which faults are planted one after another. */
export class RealSubject implements AsyncDisposable {
  /** What verify says of it while nothing is planted. */
  readonly healthy: VerifyDocument;
  /** The criteria that do not pass even then, for want of something in its images. */
  readonly ailing: readonly string[];
  readonly #phase: string;
  readonly #kubeconfig: string;
  readonly #kind: string;
  readonly #out: string;
  readonly #signal: AbortSignal;
  readonly #target: FaultTarget & AsyncDisposable;

  private constructor(
    target: FaultTarget & AsyncDisposable,
    of: { phase: string; kubeconfig: string; kind: string; out: string; healthy: VerifyDocument; signal: AbortSignal },
  ) {
    this.#target = target;
    this.#phase = of.phase;
    this.#kubeconfig = of.kubeconfig;
    this.#kind = of.kind;
    this.#out = of.out;
    this.#signal = of.signal;
    this.healthy = of.healthy;
    this.ailing = withVerdict(of.healthy, 'fail', 'inconclusive', 'waived', 'not-applicable');
  }

  /** The criteria that are not compared, each with what the healthy cluster says of it. */
  get leftOut(): string[] {
    return this.ailing.map((id) => `${id} (${summaryOf(this.healthy, id)})`);
  }

  /** @param kubeconfig that of `npm run replica -- --on`: its first context is named after the replica's kind */
  static async open(kubeconfig: string, phase: string, out: string, signal: AbortSignal): Promise<RealSubject> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const kind = config.getCurrentContext();
    const migration = loadMigration('migration.yaml');
    const target = await openFaultTarget({ kubeconfig, context: kind, timeScale, migration });
    try {
      const healthy = await verifyReplica({ phase, kubeconfig, target: kind, out, withinMs: verifyWithinMs, signal });
      return new RealSubject(target, { phase, kubeconfig, kind, out, healthy, signal });
    } catch (error) {
      await target[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Plants the fault, judges, takes it back, also when the signal aborts meanwhile. */
  async judge(fault: Fault): Promise<VerifyDocument> {
    this.#signal.throwIfAborted();
    await using _planted = await fault.plant(this.#target);
    return await this.#verify();
  }

  /** Resolves when verify passes again what passed before. Throws with what it last said when that takes too long. */
  async recover(): Promise<void> {
    const look = async () => {
      const now = await this.#verify();
      const still = withVerdict(now, 'fail', 'inconclusive').filter((id) => !this.ailing.includes(id));
      return still.length === 0
        ? seen(undefined)
        : notYet(still.map((id) => `${id}: ${summaryOf(now, id)}`).join('; '));
    };
    await eventually(look, {
      for: 'the cluster to recover from the fault',
      within: recoveryWithin,
      every: lookEvery,
      signal: this.#signal,
    });
  }

  #verify(): Promise<VerifyDocument> {
    return verifyReplica({
      phase: this.#phase,
      kubeconfig: this.#kubeconfig,
      target: this.#kind,
      out: this.#out,
      withinMs: verifyWithinMs,
      signal: this.#signal,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#target[Symbol.asyncDispose]();
  }
}

function summaryOf({ criteria }: VerifyDocument, id: string): string | undefined {
  return criteria.find((criterion) => criterion.id === id)?.summary;
}
