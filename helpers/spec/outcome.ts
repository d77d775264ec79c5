import type { CriterionResult } from '../evidence/meta.ts';

/** A criterion that does not hold. Its name is what Allure knows a failed test by; the message is all there is to read. */
class CriterionFailed extends Error {
  override readonly name = 'AssertionError';
  override readonly stack = '';
}

/** A criterion that could not be decided. Allure shows it as broken. */
class Inconclusive extends Error {
  override readonly name = 'Inconclusive';
  override readonly stack = '';
}

/** Throws what makes a test runner show a failed or inconclusive criterion as such, in the one layout. */
export function throwOutcome(result: CriterionResult): void {
  if (result.verdict.kind === 'fail') throw new CriterionFailed(outcomeText(result));
  if (result.verdict.kind === 'inconclusive') throw new Inconclusive(outcomeText(result));
}

/** Criterion, expected, observed, since when, where to look, what the plan says to do next: always in this order. */
export function outcomeText({ id, statement, verdict }: CriterionResult): string {
  const lines = [
    `${id}: ${statement}`,
    `expected  ${verdict.expected}`,
    `observed  ${verdict.observed.split('\n').join('\n          ')}`,
    verdict.since && `since     ${verdict.since}`,
    verdict.look && `look      ${verdict.look}`,
    verdict.hint && `next      ${verdict.hint}`,
  ];
  return lines.filter((line) => line !== undefined && line !== '').join('\n');
}
