import { closest, distance } from 'fastest-levenshtein';

/** The valid name that was probably meant, or undefined when none is near: at most a third of it may differ. */
export function nearest(name: string, valid: readonly string[]): string | undefined {
  if (valid.length === 0) return undefined;
  const candidate = closest(name, [...valid]);
  return distance(name, candidate) <= Math.max(2, Math.floor(candidate.length / 3)) ? candidate : undefined;
}

/** `; did you mean "freshness"?`, or nothing when no valid name is near. */
export function didYouMean(name: string, valid: readonly string[]): string {
  const candidate = nearest(name, valid);
  return candidate === undefined ? '' : `; did you mean "${candidate}"?`;
}
