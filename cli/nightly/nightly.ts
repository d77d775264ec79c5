import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { loadMigration } from '../../helpers/config/load.ts';
import { exitCodes } from '../../helpers/judge/decision.ts';
import { registerSecret } from '../../helpers/target/mask.ts';
import { Unobservable } from '../../helpers/unobservable.ts';
import { writeSite } from '../../reports/site/write.ts';
import { criteria } from '../../specs/criteria.ts';
import { gatherSite } from '../report/gather.ts';
import { chooseRunning } from '../verify/target.ts';
import type { Reported } from '../verify/verify.ts';
import { verifyReached } from '../verify-all/verify-all.ts';
import { message } from './message.ts';
import { decisionOf, type Night } from './night.ts';
import { notify } from './notify.ts';
import type { NightlyOptions } from './options.ts';
import { summary } from './summary.ts';

/**
 * The nightly run, wherever it runs: verifies what applies, writes the site below `out/site` and the night below
 * `out/nightly` (`summary.md`, `outcome.json`, and `outputs` as lines of `name=value`), and tells the webhook.
 *
 * @returns the exit code of the worst decision, whatever became of site and webhook; a cluster that does not say which
 * it is makes the night INCONCLUSIVE
 * Throws as `verifyPhase` for a wrong call or configuration, and the abort reason of `signal`.
 */
export async function nightly(options: NightlyOptions, signal: AbortSignal): Promise<number> {
  const webhook = process.env.VERIFY_WEBHOOK_URL;
  if (webhook !== undefined) registerSecret(webhook);
  const migration = loadMigration(
    options.config,
    criteria.map(({ id }) => id),
  );
  const chosen = await chooseRunning(migration, options);
  const out = resolve(options.out);
  const startedAt = new Date();
  const { runs, trouble } = await verified(options, signal);
  const rehearsal = runs.at(-1)?.target.rehearsal ?? chosen.config.kind !== 'live';
  const night: Night = {
    target: chosen.name,
    rehearsal,
    startedAt: startedAt.toISOString(),
    finishedAt: new Date().toISOString(),
    runs,
    ...(trouble === undefined ? {} : { trouble }),
    tellsObservations: rehearsal || migration.reports.publish === 'public',
  };
  const written = await orSay('the site could not be written', signal, async () => {
    const { site, beside } = await gatherSite({
      migration,
      chosen,
      configPath: resolve(options.config),
      out,
      withAllure: true,
      signal,
    });
    await writeSite(site, join(out, 'site'), beside);
  });
  await orSay('the summary could not be written', signal, () => writeNight(night, join(out, 'nightly')));
  const undelivered =
    webhook === undefined || webhook === '' ? undefined : await notify(webhook, message(night), { signal });
  if (undelivered !== undefined) process.stderr.write(`${undelivered}\n`);
  const decision = decisionOf(night);
  process.stdout.write(`\nthe night: ${decision}${written ? `; ${join(out, 'site', 'index.html')}` : ''}\n`);
  return exitCodes[decision];
}

/** The runs of the night, and why they are not all, where that is so. */
async function verified(options: NightlyOptions, signal: AbortSignal): Promise<Pick<Night, 'runs' | 'trouble'>> {
  try {
    const reported: readonly Reported[] = await verifyReached({ ...options, only: [], short: true }, signal);
    return { runs: reported.map(({ run }) => run) };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Unobservable)) throw error;
    process.stderr.write(`${error.message}\n`);
    return { runs: [], trouble: error.message };
  }
}

async function writeNight(night: Night, directory: string): Promise<void> {
  const mode = night.rehearsal ? 0o644 : 0o600;
  await mkdir(directory, { recursive: true, mode: night.rehearsal ? 0o755 : 0o700 });
  const lines = [
    `decision=${decisionOf(night)}`,
    `target=${night.target}`,
    `publish=${night.tellsObservations ? 'public' : 'private'}`,
  ];
  await writeFile(join(directory, 'summary.md'), summary(night), { mode });
  await writeFile(join(directory, 'outcome.json'), `${JSON.stringify(message(night), undefined, 2)}\n`, { mode });
  await writeFile(join(directory, 'outputs'), `${lines.join('\n')}\n`, { mode });
}

/** Whether it could be done; why not is said, and changes no decision. */
async function orSay(words: string, signal: AbortSignal, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    signal.throwIfAborted();
    process.stderr.write(`${words}: ${(error as Error).message}\n`);
    return false;
  }
}
