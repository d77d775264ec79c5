/** A row of the criteria: what one spec decides. */
export interface CriterionRow {
  readonly id: string;
  /** When it holds, in one sentence. */
  readonly statement: string;
  /** The section of plan/MIGRATION_PLAN.md that it makes executable; `new` where the plan lacks it. */
  readonly plan: string;
  /** False: it advises, its failure is shown and counted, and never a NO-GO. */
  readonly gates: boolean;
  /** Ids of criteria that are judged and shown with it in the same run: it is judged from them. */
  readonly parts?: readonly string[];
  /** It watches the systems for `run.watch`, which its deadline allows for. */
  readonly watches?: true;
}

/** A row with the phase whose end it verifies: `phase1`, `ready-phase8`, `rollback`. */
export interface Criterion extends CriterionRow {
  readonly phase: string;
}
