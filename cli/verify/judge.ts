import { resolve } from 'node:path';
import type { Migration } from '../../helpers/config/schema.ts';
import { scaled } from '../../helpers/config/time-scale.ts';
import type { RunResult, RunStream, RunTarget } from '../../helpers/evidence/run.ts';
import { decide } from '../../helpers/judge/decision.ts';
import type { RunSettings } from '../../helpers/run-settings.ts';
import type { Display } from '../output/display.ts';
import { UsageError } from '../usage-error.ts';
import { holdTarget } from './own-replica.ts';
import { runSpecs, type SpecRun } from './run-specs.ts';
import type { Selection } from './selection.ts';
import { type ChosenTarget, describeTarget } from './target.ts';
import { unreported } from './unreported.ts';
import { runVersions } from './versions.ts';
import { reportWriters } from './write-results.ts';

const root = resolve(import.meta.dirname, '../..');

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
  const { selection, startedAt, signal } = options;
  const versions = runVersions(options.configPath);
  const { target, specs } = await observe(options);
  signal.throwIfAborted();
  return {
    decision: decide(
      specs.criteria,
      selection.criteria.map(({ id }) => id),
    ),
    phase: { id: selection.phase.id, title: selection.phase.title, criteriaCount: selection.criteriaCount },
    target,
    startedAt: startedAt.toISOString(),
    finishedAt: new Date().toISOString(),
    criteria: specs.criteria,
    problems: specs.problems,
    streams: streamLimits(scaled(options.migration, target.timeScale)),
    versions: await versions,
  };
}

async function observe(options: JudgeOptions): Promise<{ target: RunTarget; specs: SpecRun }> {
  const { selection, startedAt, display, signal, target: chosen } = options;
  const began = performance.now();
  const progress = (step: string) =>
    display.step(`replica: ${step} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
  const held = await holdTarget(chosen, selection.phase.replicaState, progress, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    if (error instanceof UsageError) throw error;
    return error instanceof Error ? error : new Error(String(error));
  });
  if (held instanceof Error) {
    const why = options.debug ? (held.stack ?? held.message) : (held.message.split('\n', 1)[0] ?? '');
    const hint = 'start it by itself to see more: npm run replica';
    const { name, config } = chosen;
    return {
      target: { name, kind: config.kind, rehearsal: config.kind !== 'live', timeScale: config.timeScale },
      specs: { criteria: selection.criteria.map((row) => unreported(row, why, startedAt, hint)), problems: [] },
    };
  }
  await using _ = held;
  return await observeHeld(options, held.target);
}

async function observeHeld(
  options: JudgeOptions,
  chosen: ChosenTarget,
): Promise<{ target: RunTarget; specs: SpecRun }> {
  const { migration, selection, display, signal } = options;
  const stop = new AbortController();
  const { kubeconfig, context, timeScale } = chosen.config;
  const settings: RunSettings = {
    configPath: options.configPath,
    targetName: chosen.name,
    timeScale,
    phase: selection.phase.id,
    debug: options.debug,
    outDir: options.directory,
    ...(kubeconfig === undefined ? {} : { kubeconfig: resolve(kubeconfig) }),
    ...(context === undefined ? {} : { context }),
  };
  const specs = runSpecs({
    root,
    include: [`specs/${selection.phase.id.replace(/(\d+)$/, '-$1')}/**/*.spec.ts`],
    criteria: selection.criteria,
    settings,
    deadlineSeconds: migration.run.deadline,
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
