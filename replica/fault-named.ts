import { faults } from '../scenarios/faults/all.ts';
import type { Fault } from '../scenarios/faults/fault.ts';

/** Throws when there is no such fault. */
export function faultNamed(name: string): Fault {
  const fault = faults.find((each) => each.name === name);
  if (!fault) throw new Error(`there is no fault ${name}; npm run replica -- --faults lists them`);
  return fault;
}
