import { distance } from 'fastest-levenshtein';

/** Shorter names are contained in too many others to mean anything. */
const shortestContained = 4;

/**
 * Names that may have been meant, the nearest first, at most five: up to a third of the letters differ, or one name is
 * part of the other (`redpanda-connect` and `redpanda-connect-v2`).
 */
export function nearNames(name: string, candidates: readonly string[]): string[] {
  const near = (candidate: string) =>
    distance(name, candidate) <= Math.max(2, Math.floor(name.length / 3)) ||
    (Math.min(name.length, candidate.length) >= shortestContained &&
      (candidate.includes(name) || name.includes(candidate)));
  return [...new Set(candidates)]
    .filter((candidate) => near(candidate))
    .sort((a, b) => distance(name, a) - distance(name, b) || a.localeCompare(b))
    .slice(0, 5);
}
