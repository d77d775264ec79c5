import type { Criterion } from '../../specs/criteria.ts';

/** `--list`: id, whether it gates, the plan's section, and when it holds. */
export function listText(criteria: readonly Criterion[]): string {
  const width = Math.max(...criteria.map(({ id }) => id.length));
  return criteria
    .map(
      ({ id, gates, plan, statement }) =>
        `${id.padEnd(width)}  ${gates ? 'gates  ' : 'advises'}  ${plan.padEnd(6)}  ${statement}`,
    )
    .join('\n');
}
