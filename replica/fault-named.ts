import { UsageError } from '../cli/usage-error.ts';
import { didYouMean } from '../helpers/config/nearest.ts';
import { faults } from '../scenarios/faults/all.ts';
import type { Fault } from '../scenarios/faults/fault.ts';

/** Throws `UsageError` when there is none of that name, with the one that may have been meant. */
export function faultNamed(name: string): Fault {
  const fault = faults.find((each) => each.name === name);
  if (fault) return fault;
  const names = faults.map((each) => each.name);
  throw new UsageError(`no fault "${name}"${didYouMean(name, names)}; npm run replica -- --faults lists them`);
}
