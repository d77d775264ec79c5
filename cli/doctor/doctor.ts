import { resolve } from 'node:path';
import { forTarget } from '../../helpers/config/for-target.ts';
import { loadMigration } from '../../helpers/config/load.ts';
import type { Migration } from '../../helpers/config/schema.ts';
import type { Examination } from '../../helpers/doctor/observed.ts';
import type { RunTarget } from '../../helpers/evidence/run.ts';
import { criteria } from '../../specs/criteria.ts';
import { terminalStyle } from '../output/choose-display.ts';
import { UsageError } from '../usage-error.ts';
import { holdTarget } from '../verify/own-replica.ts';
import { type ChosenTarget, chooseRunning, describeTarget } from '../verify/target.ts';
import { runVersions } from '../verify/versions.ts';
import type { DoctorOptions } from './options.ts';
import { doctorResult, exitCode } from './result.ts';

/**
 * One run of the doctor, from the configuration to what it found.
 *
 * @returns the exit code: 0 when all can be seen, 2 when something cannot
 * Throws `UsageError`, `ConfigError` or `TargetConfigError` (exit code 64), and the abort reason of `signal`; either
 * way everything that it started has ended.
 */
export async function doctor(options: DoctorOptions, signal: AbortSignal): Promise<number> {
  const whole = loadMigration(
    options.config,
    criteria.map(({ id }) => id),
  );
  const chosen = await chooseRunning(whole, options);
  const migration = forTarget(whole, chosen.config);
  const suite = runVersions(resolve(options.config));
  const { target, examination } = await look(chosen, migration, progress(options), signal);
  const result = doctorResult(target, examination, await suite, migration.run.futureTolerance);
  process.stdout.write(`${await resultText(result, options)}\n`);
  return exitCode(result);
}

/** A replica that does not start is a target that cannot be reached: there is a result to print. */
async function look(
  chosen: ChosenTarget,
  migration: Migration,
  progress: (step: string) => void,
  signal: AbortSignal,
): Promise<{ target: RunTarget; examination: Examination }> {
  const startedAt = new Date().toISOString();
  const held = await holdTarget(chosen, { replicaState: 'before-phase5', reads: [] }, progress, signal).catch(
    (error: unknown) => {
      signal.throwIfAborted();
      if (error instanceof UsageError) throw error;
      return error instanceof Error ? error : new Error(String(error));
    },
  );
  if (held instanceof Error) {
    const { name, config } = chosen;
    const hint = 'start it by itself to see more: npm run replica';
    return {
      target: { name, kind: config.kind, rehearsal: config.kind !== 'live', timeScale: config.timeScale },
      examination: {
        startedAt,
        finishedAt: new Date().toISOString(),
        api: { unseen: { kind: 'unreachable', message: held.message, hint } },
        sights: undefined,
      },
    };
  }
  await using _ = held;
  const [target, examination] = await Promise.all([
    describeTarget(held.target, signal),
    examineTarget(held.target, migration, signal),
  ]);
  return { target, examination };
}

async function examineTarget(
  { name, config }: ChosenTarget,
  migration: Migration,
  signal: AbortSignal,
): Promise<Examination> {
  const [{ connectTarget }, { examine }] = await Promise.all([
    import('../../helpers/target/connect.ts'),
    import('../../helpers/doctor/examine.ts'),
  ]);
  const connectDeadlineSeconds = migration.run.connectDeadline;
  const target = await connectTarget(config, name, { env: process.env, connectDeadlineSeconds, signal });
  try {
    const examination = await examine(target, migration, process.env);
    signal.throwIfAborted();
    return examination;
  } finally {
    await target.close();
  }
}

async function resultText(result: ReturnType<typeof doctorResult>, { json }: DoctorOptions): Promise<string> {
  if (json) {
    const { doctorDocument } = await import('./document.ts');
    return JSON.stringify(doctorDocument(result), undefined, 2);
  }
  const { doctorText } = await import('./text.ts');
  return doctorText(result, terminalStyle());
}

/** A replica of its own takes a while to start: whoever watches is told how far it is. */
function progress({ json }: DoctorOptions): (step: string) => void {
  if (json || !process.stderr.isTTY) return () => {};
  return (step) => void process.stderr.write(`replica: ${step}\n`);
}
