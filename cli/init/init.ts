import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseMigration } from '../../helpers/config/load.ts';
import type { TargetConfig } from '../../helpers/config/schema.ts';
import { discover } from '../../helpers/discovery/discover.ts';
import { type Discovery, draftMigration } from '../../helpers/discovery/draft.ts';
import { connectTarget } from '../../helpers/target/connect.ts';
import { mask } from '../../helpers/target/mask.ts';
import { Unobservable } from '../../helpers/unobservable.ts';
import { terminalStyle } from '../output/choose-display.ts';
import { UsageError } from '../usage-error.ts';
import { markedYaml, marksOf } from './marked-yaml.ts';
import type { InitOptions } from './options.ts';
import { summaryText } from './summary-text.ts';

/** A cluster that is looked through for the first time may be far and large: more than verify allows one call. */
const connectDeadlineSeconds = 15;
const exitNothing = 2;

/**
 * One run of init, from the cluster to the file.
 *
 * @returns the exit code: 0 when the file is written, 2 when there was nothing to write
 * Throws `UsageError` for a file that is there, `TargetConfigError` (exit code 64), and the abort reason of `signal`.
 */
export async function init(options: InitOptions, signal: AbortSignal): Promise<number> {
  const { context, kubeconfig, out } = options;
  const config: TargetConfig = {
    kind: 'live',
    timeScale: 1,
    ...(context === undefined ? {} : { context }),
    ...(kubeconfig === undefined ? {} : { kubeconfig: resolve(kubeconfig) }),
  };
  const target = await connectTarget(config, 'live', { env: process.env, connectDeadlineSeconds, signal });
  let discovery: Discovery;
  try {
    discovery = await discover(target, { env: process.env, progress });
    signal.throwIfAborted();
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Unobservable)) throw error;
    return nothing([error.message, ...(error.hint === undefined ? [] : [error.hint])]);
  } finally {
    await target.close();
  }
  if (discovery.systems.instances.length === 0) {
    return nothing([
      `context ${target.context}: no Redpanda Connect with stream files was found, and without one nothing is known`,
      ...discovery.systems.left,
    ]);
  }
  const own = {
    context: target.context,
    ...(config.kubeconfig === undefined ? {} : { kubeconfig: config.kubeconfig }),
  };
  const draft = draftMigration(discovery, own);
  const text = mask(markedYaml(draft, heading(target.context)));
  // What cannot be loaded must not be written: that would be a fault of ours, and shows as one.
  parseMigration(text, out);
  await write(out, text, options.force === true);
  process.stdout.write(
    `${summaryText(discovery, marksOf(draft), { file: out, context: target.context }, terminalStyle())}\n`,
  );
  return 0;
}

function heading(context: string): string {
  return [
    ' yaml-language-server: $schema=./docs/migration.schema.json',
    '',
    ` What npm run init found in context ${context} at ${new Date().toISOString()}.`,
    ' "guess" is followed by what it rests on. "UNKNOWN" is a placeholder, to be filled in before a verdict means anything.',
  ].join('\n');
}

async function write(file: string, text: string, force: boolean): Promise<void> {
  try {
    await writeFile(file, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST')
      throw new UsageError(`${file} is there already; --force writes over it, --out names another`);
    throw new UsageError(`${file} cannot be written: ${message}`);
  }
}

function nothing(lines: readonly string[]): number {
  process.stderr.write(`${lines.join('\n')}\nNothing was written.\n`);
  return exitNothing;
}

/** For whoever watches. */
function progress(step: string): void {
  if (process.stderr.isTTY) process.stderr.write(`looking at ${step} …\n`);
}
