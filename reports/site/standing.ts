import type { VerdictKind } from '../../helpers/judge/verdict.ts';
import { latestRuns, type Site, type SitePhase, type SiteRun } from './site.ts';

interface Obstacle {
  readonly id: string;
  readonly verdict: VerdictKind;
  readonly summary: string;
}

/** How far the migration has come. */
export interface Standing {
  /** The phases of the plan in their order, as far as they lie on this migration's way. */
  readonly way: readonly (SitePhase & { readonly state: 'done' | 'next' | 'ahead'; readonly run?: SiteRun })[];
  /** The last phase that is done; undefined when none is. */
  readonly reached?: SitePhase;
  /** The phase whose end is to be decided next; undefined when all are done. */
  readonly gate?: SitePhase & { readonly run?: SiteRun; readonly obstacles: readonly Obstacle[] };
}

/** The order in which phases are decided. The old system's end is asked for twice, before and after it is deleted. */
const planned = [
  'phase1',
  'phase2',
  'phase3',
  'phase4',
  'phase5',
  'phase6',
  'phase7',
  'ready-phase8',
  'phase8',
  'complete',
  'post',
];
const beforeCutover: ReadonlySet<string> = new Set(['phase1', 'phase2', 'phase3', 'phase4']);
const holds: ReadonlySet<VerdictKind> = new Set(['pass', 'waived', 'not-applicable']);

/**
 * The first phase whose last whole run is no GO is the next gate, and what stands in its way are the gating criteria of
 * that run which do not hold. After a cutover what was decided before it is behind, whatever a later run of it would say;
 * a cutover that was undone leads through the rollback back to before it.
 */
export function standing({ runs, cutover, option, phases }: Site): Standing {
  const isCut = cutover?.action === 'cutover';
  const since = cutover?.at ?? '';
  const latest = latestRuns(runs.filter(({ phase, at }) => at > since || (beforeCutover.has(phase) && isCut)));
  const way = [
    ...(cutover?.action === 'undo' ? ['rollback'] : []),
    ...planned.filter((id) => option === 'A' || id !== 'phase3'),
  ];
  const isDone = (id: string) => (isCut && beforeCutover.has(id)) || latest.get(id)?.decision === 'GO';
  const next = way.findIndex((id) => !isDone(id));
  const steps = way.flatMap((id, index) => {
    const phase = phases.find((one) => one.id === id);
    const run = latest.get(id);
    const state = next === -1 || index < next ? 'done' : index === next ? 'next' : 'ahead';
    return phase === undefined ? [] : [{ ...phase, state, ...(run === undefined ? {} : { run }) } as const];
  });
  const reached = steps.findLast(({ state }) => state === 'done');
  const gate = steps.find(({ state }) => state === 'next');
  return {
    way: steps,
    ...(reached === undefined ? {} : { reached }),
    ...(gate === undefined ? {} : { gate: { ...gate, obstacles: obstacles(gate.run, gate.id) } }),
  };
}

function obstacles(run: SiteRun | undefined, phase: string): Obstacle[] {
  const own = run?.evidence?.criteria.filter((criterion) => criterion.phase === phase).map(({ id }) => id);
  return (run?.criteria ?? [])
    .filter(({ id, gates, verdict }) => gates && !holds.has(verdict) && (own === undefined || own.includes(id)))
    .map(({ id, verdict, summary }) => ({ id, verdict, summary }));
}
