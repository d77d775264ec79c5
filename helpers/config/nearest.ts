import { nearNames } from '../near-names.ts';

/** The valid name that was probably meant, or undefined when none is near. */
export function nearest(name: string, valid: readonly string[]): string | undefined {
  return nearNames(name, valid)[0];
}

/** `; did you mean "freshness"?`, or nothing when no valid name is near. */
export function didYouMean(name: string, valid: readonly string[]): string {
  const candidate = nearest(name, valid);
  return candidate === undefined ? '' : `; did you mean "${candidate}"?`;
}
