import type { CriterionResult } from '../../helpers/evidence/meta.ts';

/** What is shown: a phase's own criteria, and below them those of other phases that they are judged from. */
export interface ShownIds {
  readonly own: readonly string[];
  readonly parts: readonly string[];
}

/** What an operator sees while criteria run. */
export interface Display {
  /** A step before the criteria run: the start of a replica. */
  step(words: string): void;
  started(id: string): void;
  finished(result: CriterionResult): void;
  /** Leaves behind what shall stay and gives the terminal back; nothing may be shown after it. */
  close(): void;
}

/** Shows nothing: `--json` and `--short`. */
export const noDisplay: Display = { step() {}, started() {}, finished() {}, close() {} };
