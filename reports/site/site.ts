import type { RunResult, RunTarget } from '../../helpers/evidence/run.ts';
import type { RunEntry } from '../../helpers/ledger/run-entry.ts';
import type { DetectionRow } from '../../scenarios/detection/rows.ts';
import type { Criterion } from '../../specs/criteria.ts';
import type { KeptRun } from '../kept/runs.ts';

/** A run as the ledger has noted it, with its evidence where that is kept. */
export interface SiteRun
  extends Pick<
    RunEntry,
    'at' | 'startedAt' | 'phase' | 'isPartial' | 'isMade' | 'decision' | 'reason' | 'target' | 'criteria'
  > {
  readonly evidence?: RunResult;
}

/** A phase of the plan, as far as a page names it. */
export interface SitePhase {
  readonly id: string;
  readonly title: string;
}

/** A rehearsal that was kept, with a page of its own. */
export interface Rehearsal {
  readonly name: string;
  readonly title: string;
  /** When it began, ISO 8601. */
  readonly at?: string;
  /** Whether all came as it was expected, and in words what did. */
  readonly passed?: boolean;
  readonly outcome?: string;
}

/** All that the site of one target is made from. */
export interface Site {
  readonly target: RunTarget;
  /** Oldest first. */
  readonly runs: readonly SiteRun[];
  /** The last cutover, or its undoing. */
  readonly cutover?: { readonly action: 'cutover' | 'undo'; readonly at: string };
  /** Whether both systems run beside each other before the cutover (A), or not (B). */
  readonly option: 'A' | 'B';
  readonly phases: readonly SitePhase[];
  readonly criteria: readonly Criterion[];
  readonly detection: readonly DetectionRow[];
  readonly rehearsals: readonly Rehearsal[];
  readonly hasAllure: boolean;
  /** What lies among the kept runs and cannot be read. */
  readonly unreadable: readonly string[];
  readonly madeAt: Date;
}

/** Runs that were noted and runs whose evidence is kept, as one list, oldest first; a run may be both. */
export function siteRuns(
  noted: readonly RunEntry[],
  kept: readonly KeptRun[],
  entryOf: (run: RunResult) => RunEntry,
): SiteRun[] {
  const runs = new Map<string, SiteRun>(noted.map((entry) => [key(entry), entry]));
  for (const { run } of kept) {
    const entry = entryOf(run);
    runs.set(key(entry), { ...entry, evidence: run });
  }
  return [...runs.values()].sort((a, b) => a.at.localeCompare(b.at));
}

/** The name of a run's page, without its ending. */
export function runName({ phase, startedAt }: Pick<SiteRun, 'phase' | 'startedAt'>): string {
  return `${phase}-${startedAt.replaceAll(':', '-')}`;
}

/** The last run of each phase that judged all of its criteria. */
export function latestRuns(runs: readonly SiteRun[]): ReadonlyMap<string, SiteRun> {
  return new Map(runs.filter(({ isPartial }) => !isPartial).map((run) => [run.phase, run]));
}

const ownWords: Readonly<Record<string, string>> = { complete: 'Completion', post: 'Afterwards' };

/** `phase3` as people say it: `Phase 3`, `Ready for phase 8`, `Rollback`. */
export function phaseWords(id: string): string {
  const words = ownWords[id] ?? id.replace(/^ready-/, 'ready for ').replace(/(\d+)$/, ' $1');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function key({ phase, startedAt }: Pick<SiteRun, 'phase' | 'startedAt'>): string {
  return `${phase} ${startedAt}`;
}
