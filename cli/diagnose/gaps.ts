import type { Migration } from '../../helpers/config/schema.ts';
import { beginningOf, countedGaps } from '../../helpers/judge/continuity.ts';
import { gapLooks, workloadsOnHop } from '../../helpers/judge/gap-look.ts';
import { type Window, windowBefore } from '../../helpers/judge/window.ts';
import { terminalStyle } from '../output/choose-display.ts';
import type { ChosenTarget } from '../verify/target.ts';
import { diagnoseTarget } from './diagnose-target.ts';
import type { DiagnosedGap, GapsDiagnosis } from './gaps-found.ts';
import type { GapsOptions } from './options.ts';

/**
 * `npm run diagnose gaps`: finds every gap, looks for the cause of each, and for the NetworkPolicies on its hop.
 *
 * @returns the exit code: 0 without a gap, 1 with one, 2 when not every stream could be looked at
 * Throws as `diagnoseTarget`.
 */
export function diagnoseGaps(options: GapsOptions, signal: AbortSignal): Promise<number> {
  return diagnoseTarget(
    {
      look: (target, migration) => look(target, migration, options.days, signal),
      isTroubled: ({ gaps }) => gaps.length > 0,
      text: async (target, diagnosis, migration) => {
        const { gapsText } = await import('./gaps-text.ts');
        return gapsText(target, diagnosis, migration, terminalStyle());
      },
    },
    options,
    signal,
  );
}

async function look(
  { name, config }: ChosenTarget,
  migration: Migration,
  days: number,
  signal: AbortSignal,
): Promise<GapsDiagnosis> {
  const [{ connections }, { continuityObservations }, { attributed }, { observeNetworkPolicies }, { sight }] =
    await Promise.all([
      import('../../helpers/spec/connections.ts'),
      import('../../helpers/spec/observe/continuity.ts'),
      import('../../helpers/spec/attributed.ts'),
      import('../../helpers/cluster/network-policies.ts'),
      import('../../helpers/spec/sightings.ts'),
    ]);
  await using connected = connections(migration, config, name, process.env);
  const observe = continuityObservations(migration, connected);
  const { offsetSeconds } = await connected.clock();
  const now = new Date(Date.now() + offsetSeconds * 1000);
  const window = windowBefore(now, days * 86_400, migration.maintenance);
  const observed = await observe.gaps(window);
  signal.throwIfAborted();
  const since = later(window, beginningOf(observed.seen));
  const counted = countedGaps(observed.seen, migration, { since });
  const gaps = await attributed(counted, observe, migration, now, counted.length);
  signal.throwIfAborted();
  const namespaces = new Set(gaps.flatMap((gap) => workloadsOnHop(gap, migration).map(({ namespace }) => namespace)));
  const policies = await sight(
    [...namespaces],
    (namespace) => `NetworkPolicies of ${namespace}`,
    async (namespace) => observeNetworkPolicies(await connected.target(), namespace),
  );
  signal.throwIfAborted();
  return {
    from: since,
    to: window.to,
    gaps: gaps.map((gap): DiagnosedGap => {
      const on = new Set(workloadsOnHop(gap, migration).map(({ namespace }) => namespace));
      return {
        ...gap,
        policies: policies.seen.filter(({ namespace, pods }) => on.has(namespace) && pods.length > 0),
        look: gapLooks(gap, migration),
      };
    }),
    unseen: [...observed.unseen, ...policies.unseen],
  };
}

/** The window's start, or the system's beginning where that is later. */
function later({ from }: Window, beginning: string | undefined): string {
  return beginning !== undefined && Date.parse(beginning) > Date.parse(from) ? beginning : from;
}
