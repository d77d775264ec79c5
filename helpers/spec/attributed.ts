import type { Migration } from '../config/schema.ts';
import { attribute } from '../judge/attribution.ts';
import type { AttributedGap, CountedGap } from '../judge/continuity.ts';
import type { ContinuityObservations } from './observe/continuity.ts';

/** To look for causes takes logs to be read: a verdict has those of the longest gaps, `npm run diagnose gaps` all. */
const causesLookedFor = 8;

/** The gaps, with the causes of the longest; of the others it is not looked for. */
export async function attributed(
  gaps: readonly CountedGap[],
  observe: Pick<ContinuityObservations, 'gapEvidence'>,
  migration: Migration,
  now: Date,
  most = causesLookedFor,
): Promise<AttributedGap[]> {
  const longest = [...gaps].sort((a, b) => b.seconds - a.seconds).slice(0, most);
  const evidence = longest.length === 0 ? [] : (await observe.gapEvidence(longest, now)).seen;
  return gaps.map((gap) => {
    const own = evidence.find(({ stream, from }) => stream === gap.stream && from === gap.from);
    return own === undefined ? gap : { ...gap, attribution: attribute(own, migration) };
  });
}
