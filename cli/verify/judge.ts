import { resolve } from 'node:path';
import type { Migration } from '../../helpers/config/schema.ts';
import { scaled } from '../../helpers/config/time-scale.ts';
import type { RunResult, RunStream, RunTarget, RunVersions } from '../../helpers/evidence/run.ts';
import { decide } from '../../helpers/judge/decision.ts';
import type { RunSettings } from '../../helpers/run-settings.ts';
import { duration } from '../../helpers/time-words.ts';
import { type Criterion, specFolder } from '../../specs/criteria.ts';
import type { Display } from '../output/display.ts';
import { UsageError } from '../usage-error.ts';
import { backupDirectory, ledgerDirectory } from './ledger-directory.ts';
import { noteRun } from './note-run.ts';
import { type HeldTarget, holdTarget } from './own-replica.ts';
import { runSpecs, type SpecRun } from './run-specs.ts';
import type { Selection } from './selection.ts';
import { type ChosenTarget, describeTarget } from './target.ts';
import { unreported } from './unreported.ts';
import { runVersions } from './versions.ts';
import { reportWriters } from './write-results.ts';

const root = resolve(import.meta.dirname, '../..');

/** The replica's engine, for the replica's own dumps: never loaded for another target. */
const scratchModule = new URL('../../replica/scratch-database.ts', import.meta.url).href;

export interface JudgeOptions {
  readonly migration: Migration;
  readonly configPath: string;
  readonly selection: Selection;
  readonly target: ChosenTarget;
  readonly directory: string;
  readonly debug: boolean;
  readonly startedAt: Date;
  readonly display: Display;
  readonly signal: AbortSignal;
}

/**
 * Observes the target and decides. A replica that does not start is a target that cannot be reached: everything is
 * inconclusive, and there is a result to report.
 * Throws `TargetConfigError`, or the abort reason of `signal`; either way everything that it started has ended.
 */
export async function judge(options: JudgeOptions): Promise<RunResult> {
  const versions = runVersions(options.configPath);
  // Loaded while a replica starts and writes its ledger; a failure is told when it is used.
  import('vitest/node').catch(() => {});
  const held = await hold(options);
  if (held instanceof Error) return resultOf(options, unreachable(options, held), await versions);
  await using _ = held;
  const observed = await observeHeld(options, held.target);
  options.signal.throwIfAborted();
  const run = resultOf(options, observed, await versions);
  const ledger = ledgerDirectory(options.migration, held.target, options.configPath);
  const problem = await noteRun(run, ledger, observed.specs.clusterUnknown);
  return problem === undefined ? run : { ...run, problems: [...run.problems, problem] };
}

interface Observed {
  readonly target: RunTarget;
  readonly specs: SpecRun;
}

function resultOf(
  { selection, startedAt, migration }: JudgeOptions,
  { target, specs }: Observed,
  versions: RunVersions,
): RunResult {
  return {
    decision: decide(
      specs.criteria.filter(({ phase }) => phase === selection.phase.id),
      selection.criteria.map(({ id }) => id),
    ),
    phase: { id: selection.phase.id, title: selection.phase.title, criteriaCount: selection.criteriaCount },
    target: { ...target, ...(specs.clusterUid === undefined ? {} : { clusterUid: specs.clusterUid }) },
    startedAt: startedAt.toISOString(),
    finishedAt: new Date().toISOString(),
    criteria: ownFirst(specs.criteria, selection),
    problems: specs.problems,
    streams: streamLimits(scaled(migration, target.timeScale)),
    versions,
  };
}

async function hold({ selection, display, signal, target }: JudgeOptions): Promise<HeldTarget | Error> {
  const began = performance.now();
  const progress = (step: string) => display.step(`replica: ${step} (${duration((performance.now() - began) / 1000)})`);
  return holdTarget(target, selection.phase, progress, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    if (error instanceof UsageError) throw error;
    return error instanceof Error ? error : new Error(String(error));
  });
}

function unreachable({ selection, startedAt, debug, target }: JudgeOptions, error: Error): Observed {
  const why = debug ? (error.stack ?? error.message) : (error.message.split('\n', 1)[0] ?? '');
  const hint = 'start it by itself to see more: npm run replica';
  const { name, config } = target;
  return {
    target: { name, kind: config.kind, rehearsal: config.kind !== 'live', timeScale: config.timeScale },
    specs: { criteria: judged(selection).map((row) => unreported(row, why, startedAt, hint)), problems: [] },
  };
}

async function observeHeld(options: JudgeOptions, chosen: ChosenTarget): Promise<Observed> {
  const { migration, selection, display, signal } = options;
  const stop = new AbortController();
  const { kubeconfig, context, timeScale } = chosen.config;
  const criteria = judged(selection);
  const settings: RunSettings = {
    configPath: options.configPath,
    targetName: chosen.name,
    timeScale,
    phase: selection.phase.id,
    debug: options.debug,
    ledgerDirectory: ledgerDirectory(migration, chosen, options.configPath),
    backupDirectory: backupDirectory(migration, chosen, options.configPath),
    ...(chosen.config.kind === 'embedded' ? { scratchModule } : {}),
    outDir: options.directory,
    ...(kubeconfig === undefined ? {} : { kubeconfig: resolve(kubeconfig) }),
    ...(context === undefined ? {} : { context }),
  };
  const specs = runSpecs({
    root,
    include: [...new Set(criteria.map(({ phase }) => `specs/${specFolder(phase)}/**/*.spec.ts`))],
    criteria,
    settings,
    deadlineSeconds: deadline(scaled(migration, timeScale), criteria),
    events: display,
    signal: AbortSignal.any([signal, stop.signal]),
  });
  try {
    const target = await describeTarget(chosen, signal);
    // A failure to load them is told when they are used.
    reportWriters().catch(() => {});
    return { target, specs: await specs };
  } catch (error) {
    stop.abort();
    await specs.catch(() => {});
    throw error;
  }
}

/** Of one criterion: the longest that any of them has. */
function deadline({ run }: Migration, criteria: readonly Criterion[]): number {
  return run.deadline + (criteria.some(({ watches }) => watches) ? run.watch : 0);
}

/** What a run judges, in the order in which it does: in the table's, and what others are judged from before them. */
export function judged({ parts, criteria }: Selection): readonly Criterion[] {
  return [...parts, ...criteria];
}

/** In the order in which it is shown: the phase's own before what they are judged from. */
export function ownFirst<T extends { readonly phase: string }>(all: readonly T[], { phase }: Selection): readonly T[] {
  const isOwn = (one: T) => one.phase === phase.id;
  return [...all.filter(isOwn), ...all.filter((one) => !isOwn(one))];
}

function streamLimits({ new: { streams } }: Migration): RunStream[] {
  return Object.entries(streams).map(([name, { topic, group, rows, freshness, maxLag }]) => ({
    name,
    topic,
    group,
    table: rows.table,
    freshnessSeconds: freshness,
    maxLagRecords: maxLag,
  }));
}
