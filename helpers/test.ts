import { dirname } from 'node:path';
import { test as base, inject } from 'vitest';
import { criteria, criterionOf } from '../specs/criteria.ts';
import { forTarget } from './config/for-target.ts';
import { loadMigration } from './config/load.ts';
import { scaled } from './config/time-scale.ts';
import { masked } from './evidence/masked.ts';
import type { CriterionResult } from './evidence/meta.ts';
import { gatesHere, waive } from './judge/decision.ts';
import type { Verdict } from './judge/verdict.ts';
import type { RunSettings } from './run-settings.ts';
import { type CriterionContext, criterionContext } from './spec/context.ts';
import { judged } from './spec/judged.ts';
import { throwOutcome } from './spec/outcome.ts';
import { Recorder } from './spec/recorder.ts';
import { type Run, type RunOptions, startRun } from './spec/run.ts';
import { mask } from './target/mask.ts';

/** One run for all spec files of the worker; it starts with the first criterion and closes after the last. */
// biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern which fixtures it needs
const test = base.extend('start', { scope: 'worker' }, ({}, { onCleanup }) => {
  let run: Run | undefined;
  onCleanup(() => run?.[Symbol.asyncDispose]());
  return () => {
    run ??= startRun(runOptions(inject('run')));
    return run;
  };
});

/**
 * Defines the test of one criterion of specs/criteria.ts. `decide` observes, then judges; what it observed through its
 * context is the evidence. The result stands in `task.meta.criterion`; a test whose criterion fails or is inconclusive
 * fails by an error that says so, all others pass.
 */
export function criterion(id: string, decide: (context: CriterionContext) => Promise<Verdict>): void {
  const row = criterionOf(id);
  test(`${id} ${row.statement}`, async ({ start, task }) => {
    const startedAt = new Date();
    const recorder = new Recorder();
    const settings = inject('run');
    const run = start();
    const { migration } = run;
    const observeAndJudge = async () => {
      await run.reach();
      return decide(criterionContext(run, row, recorder));
    };
    const verdict = await judged(observeAndJudge, recorder, {
      statement: row.statement,
      deadlineSeconds: migration.run.deadline + (row.watches ? migration.run.watch : 0),
      debug: settings.debug,
    });
    const result: CriterionResult = masked({
      ...row,
      gates: gatesHere(row, migration),
      verdict: waive(id, verdict, migration, new Date()),
      startedAt: startedAt.toISOString(),
      durationMs: Date.now() - startedAt.getTime(),
      evidence: recorder.evidence,
    });
    run.decided.push(result);
    task.meta.criterion = result;
    await run.clusterUid().then(
      (uid) => {
        task.meta.clusterUid = uid;
      },
      (error: unknown) => {
        task.meta.clusterUnknown = mask(error instanceof Error ? error.message : String(error));
      },
    );
    throwOutcome(result);
  });
}

function runOptions(settings: RunSettings): RunOptions {
  const { configPath, targetName, timeScale, kubeconfig, context, ledgerDirectory } = settings;
  const ids = criteria.map(({ id }) => id);
  const migration = loadMigration(configPath, ids);
  const config = migration.targets[targetName];
  if (config === undefined) throw new Error(`${configPath} has no target ${targetName}`);
  const own = { ...(kubeconfig === undefined ? {} : { kubeconfig }), ...(context === undefined ? {} : { context }) };
  const target = { name: targetName, config: { ...config, timeScale, ...own } };
  const { scratchModule } = settings;
  const backups = {
    directory: settings.backupDirectory,
    madeFrom: dirname(configPath),
    // By its path and not by an import: a live target's run knows nothing of it.
    embeddedScratch:
      scratchModule === undefined ? undefined : async () => (await import(scratchModule)).embeddedScratchDatabase(),
  };
  const scaledMigration = scaled(forTarget(migration, config), timeScale);
  return { migration: scaledMigration, target, env: process.env, ledgerDirectory, backups };
}
