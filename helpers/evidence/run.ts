import type { TargetConfig } from '../config/schema.ts';
import type { PhaseDecision } from '../judge/decision.ts';
import type { CriterionResult } from './meta.ts';

/** One run of `verify`, whole: what the terminal, the report, the machine-readable results and a ledger are made from. */
export interface RunResult {
  readonly decision: PhaseDecision;
  readonly phase: RunPhase;
  readonly target: RunTarget;
  /** ISO 8601, this machine's clock. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /**
   * In the order of the table of criteria. Every criterion that was asked for is here, observed or not; after those of the
   * phase itself stand those of earlier phases that they are judged from.
   */
  readonly criteria: readonly CriterionResult[];
  /** What went wrong with the run itself, not with the target: a spec that could not be loaded, a worker that died. */
  readonly problems: readonly string[];
  readonly streams: readonly RunStream[];
  readonly versions: RunVersions;
}

interface RunPhase {
  readonly id: string;
  readonly title: string;
  /** How many criteria the phase has; a run that judged fewer decides nothing about it. */
  readonly criteriaCount: number;
}

/** A stream and its limits, scaled to the target's pace: what its figures are drawn against. */
export interface RunStream {
  readonly name: string;
  readonly topic: string;
  readonly group: string;
  readonly table: string;
  readonly freshnessSeconds: number;
  readonly maxLagRecords: number;
}

export interface RunTarget {
  /** Its name in migration.yaml. */
  readonly name: string;
  readonly kind: TargetConfig['kind'];
  /** True for everything but live, and for a live target whose cluster says that it is a replica. */
  readonly rehearsal: boolean;
  /** How much faster than life it runs. */
  readonly timeScale: number;
  /** Images of a replica that stand in for those of the manifests: `redpandadata/redpanda:lab for redpandadata/redpanda:v25.2.1`. */
  readonly standIns?: readonly string[];
  /** The UID of its namespace kube-system, where it could be asked. */
  readonly clusterUid?: string;
  readonly context?: string;
  readonly server?: string;
}

export interface RunVersions {
  /** Version and, in a Git checkout, revision; `+changes` when the checkout differs from it. */
  readonly suite: string;
  readonly node: string;
  /** Path of migration.yaml as it was given, and the first 12 digits of its SHA-256. */
  readonly config: string;
  readonly configSha256: string;
}

/** What stands wherever a decision about a replica is shown. */
export const rehearsalNotice = 'REHEARSAL, NOT YOUR CLUSTER';

/** What a decision about some of a phase's criteria must not be taken for; undefined when all were judged. */
export function partialNotice({ phase, criteria }: RunResult): string | undefined {
  const own = criteria.filter((criterion) => criterion.phase === phase.id).length;
  if (own >= phase.criteriaCount) return undefined;
  return `only ${own} of ${phase.criteriaCount} criteria were judged: this does not decide the phase`;
}

/** Advising criteria that neither pass nor are waived or not applicable: shown and counted, never a NO-GO. */
export function advice(criteria: readonly CriterionResult[]): readonly CriterionResult[] {
  return criteria.filter(({ gates, verdict: { kind } }) => !gates && (kind === 'fail' || kind === 'inconclusive'));
}
