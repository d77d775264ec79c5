import type { NetworkPolicyState } from '../../helpers/cluster/observed.ts';
import type { AttributedGap } from '../../helpers/judge/continuity.ts';
import type { Unseen } from '../../helpers/judge/verdict.ts';

export interface DiagnosedGap extends AttributedGap {
  /** Those that select a pod on the hop. */
  readonly policies: readonly NetworkPolicyState[];
  /** Commands that show what happened there. */
  readonly look: readonly string[];
}

/** What was found between two moments. */
export interface GapsDiagnosis {
  readonly from: string;
  readonly to: string;
  /** Oldest first. */
  readonly gaps: readonly DiagnosedGap[];
  readonly unseen: readonly Unseen[];
}
