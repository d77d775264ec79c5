import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import pc from 'picocolors';
import { $ } from 'zx';
import { Interrupted, interruption } from '../cli/interruption.ts';
import { exitUsage, UsageError } from '../cli/usage-error.ts';
import { wholeNumber } from '../cli/whole-number.ts';
import { didYouMean } from '../helpers/config/nearest.ts';
import { scenarioNames } from './all.ts';
import { type Played, playedTable } from './scenario/played-table.ts';
import type { ScenarioRecord } from './scenario/record.ts';

/**
 * `npm run scenarios`: plays all scenarios in a row, or those named, as often as asked for, and ends with a table. Exit
 * code 0 when every one passed every time, 1 when not.
 */
const program = new Command('npm run scenarios --')
  .description('Plays the scenarios in a row, each on a replica of its own, and shows how each went.')
  .argument('[names...]', `only these of ${scenarioNames.join(', ')}`)
  .option('--times <count>', 'how often each', wholeNumber, 1)
  .option('--out <dir>', 'where timelines go', join('reports', 'out', 'scenarios'))
  .option('--put-back <kubeconfig>', 'put back what a killed scenario left in that replica, and play nothing')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : exitUsage))
  .parse();
const { times, out, putBack } = program.opts<{
  readonly times: number;
  readonly out: string;
  readonly putBack?: string;
}>();
const signal = interruption('the rest was not played', 260_000);

try {
  process.exitCode = putBack === undefined ? await playAll() : await putBackOn(putBack);
} catch (error) {
  const interrupted = signal.reason instanceof Interrupted ? signal.reason : undefined;
  console.error(pc.red(interrupted?.message ?? (error instanceof Error ? error.message : String(error))));
  process.exitCode = interrupted?.exitCode ?? (error instanceof UsageError ? exitUsage : 1);
}

async function playAll(): Promise<number> {
  const played: Played[] = [];
  try {
    for (const name of chosen(program.args))
      for (let time = 0; time < times; time += 1) played.push(await playOne(name));
  } finally {
    // What was played stands, whatever ended the rest.
    console.log(playedTable(played));
  }
  return played.length > 0 && played.every(({ passed }) => passed) ? 0 : 1;
}

async function putBackOn(kubeconfig: string): Promise<number> {
  const { openGround } = await import('./scenario/ground.ts');
  const { Steps } = await import('./scenario/steps.ts');
  const steps = new Steps((line) => console.log(line));
  const ground = await openGround({
    name: 'put-back',
    state: 'before-phase5',
    kubeconfig,
    config: 'migration.yaml',
    steps,
    signal,
  });
  await ground.close();
  return 0;
}

function chosen(names: readonly string[]): readonly string[] {
  for (const name of names) {
    if (!scenarioNames.some((each) => each === name))
      throw new UsageError(
        `no scenario "${name}"${didYouMean(name, scenarioNames)}; there are ${scenarioNames.join(', ')}`,
      );
  }
  return names.length > 0 ? names : scenarioNames;
}

async function playOne(name: string): Promise<Played> {
  signal.throwIfAborted();
  const began = performance.now();
  const ended = await $({ nothrow: true, stdio: 'inherit' })`npm run --silent ${`scenario:${name}`} -- --out ${out}`;
  signal.throwIfAborted();
  const seconds = (performance.now() - began) / 1000;
  const passed = ended.exitCode === 0;
  const verdict = await readFile(join(out, name, 'scenario.json'), 'utf8').then(
    (text) => (JSON.parse(text) as ScenarioRecord).verdict,
    () => `ended with exit code ${ended.exitCode}`,
  );
  return { name, passed, seconds, verdict };
}
