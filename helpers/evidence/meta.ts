import type { Verdict } from '../judge/verdict.ts';

/** What a criterion's test leaves in `task.meta.criterion` for the reporter: the verdict and what it rests on. */
export interface CriterionResult {
  /** `P1.streams` */
  readonly id: string;
  /** `phase1` */
  readonly phase: string;
  /** False for a criterion that advises: its failure is shown and counted, never a NO-GO. */
  readonly gates: boolean;
  readonly statement: string;
  /** The section of the plan that it makes executable, or `new`. */
  readonly plan: string;
  readonly verdict: Verdict;
  /** ISO 8601, this machine's clock. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** What was observed, as plain data that survives JSON. */
  readonly evidence: unknown;
}

declare module 'vitest' {
  interface TaskMeta {
    criterion?: CriterionResult;
    /** The UID of the cluster's namespace kube-system, where it could be asked. */
    clusterUid?: string | undefined;
    /** Why it could not be asked, in words. */
    clusterUnknown?: string | undefined;
  }
}
