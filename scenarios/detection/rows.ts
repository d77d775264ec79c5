import { type Fault, phaseOf } from '../faults/fault.ts';

/** A row of the detection matrix: what is planted, and what it turns red or inconclusive. */
export interface DetectionRow {
  readonly name: string;
  readonly title: string;
  /** The run of verify that tells it. */
  readonly phase: string;
  readonly fails: readonly string[];
  readonly inconclusive: readonly string[];
  /** Criteria that may stop passing with it. */
  readonly mayFollow: readonly string[];
  /** Why it can be planted in the embedded replica alone. */
  readonly embeddedOnly?: string;
}

/** The detection matrix as data, in the order of the faults. */
export function detectionRows(faults: readonly Fault[]): DetectionRow[] {
  return faults.map((fault) => {
    const { name, title, expects, obstructs = [], entails = [], embeddedOnly } = fault;
    return {
      name,
      title,
      phase: phaseOf(fault),
      fails: expects,
      inconclusive: obstructs,
      mayFollow: entails,
      ...(embeddedOnly === undefined ? {} : { embeddedOnly }),
    };
  });
}
