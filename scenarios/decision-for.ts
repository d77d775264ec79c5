import type { Decision } from '../helpers/judge/verdict.ts';
import { criteria } from '../specs/criteria.ts';

/** What is decided of a phase when these criteria, and no others of it, stop holding: those that only advise decide nothing. */
export function decisionFor(phase: string, fails: readonly string[], inconclusive: readonly string[]): Decision {
  const gates = (id: string) => criteria.some((each) => each.id === id && each.phase === phase && each.gates);
  if (fails.some(gates)) return 'NO-GO';
  return inconclusive.some(gates) ? 'INCONCLUSIVE' : 'GO';
}
