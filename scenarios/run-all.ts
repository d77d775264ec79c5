import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import pLimit from 'p-limit';
import pc from 'picocolors';
import { Interrupted, interruption } from '../cli/interruption.ts';
import { exitUsage, UsageError } from '../cli/usage-error.ts';
import { wholeNumber } from '../cli/whole-number.ts';
import { didYouMean } from '../helpers/config/nearest.ts';
import { scenarioNames } from './all.ts';
import { ownProcess } from './scenario/own-process.ts';
import { type Played, playedTable } from './scenario/played-table.ts';
import type { ScenarioRecord } from './scenario/record.ts';

/**
 * `npm run scenarios`: plays all scenarios, or those named, as often as asked for, and ends with a table. Exit code 0
 * when every one passed every time, 1 when not.
 */
const program = new Command('npm run scenarios --')
  .description('Plays the scenarios, each on a replica of its own, and shows how each went.')
  .argument('[names...]', `only these of ${scenarioNames.join(', ')}`)
  .option('--times <count>', 'how often each, in a row', wholeNumber, 1)
  .option('--at-once <count>', 'how many side by side: they wait more than they work', wholeNumber, 2)
  .option('--out <dir>', 'where timelines go', join('reports', 'out', 'scenarios'))
  .option('--put-back <kubeconfig>', 'put back what a killed scenario left in that replica, and play nothing')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : exitUsage))
  .parse();
const { times, atOnce, out, putBack } = program.opts<{
  readonly times: number;
  readonly atOnce: number;
  readonly out: string;
  readonly putBack?: string;
}>();
/** As in the scripts of package.json. */
const quietNode = ['--disable-warning=TimeoutNegativeWarning', '--disable-warning=DEP0190'];
const signal = interruption('the rest was not played', 260_000);

try {
  process.exitCode = putBack === undefined ? await playAll() : await putBackOn(putBack);
} catch (error) {
  const interrupted = signal.reason instanceof Interrupted ? signal.reason : undefined;
  console.error(pc.red(interrupted?.message ?? (error instanceof Error ? error.message : String(error))));
  process.exitCode = interrupted?.exitCode ?? (error instanceof UsageError ? exitUsage : 1);
}

async function playAll(): Promise<number> {
  const names = chosen(program.args);
  const began = performance.now();
  const played: Played[] = [];
  const width = Math.max(...names.map((name) => name.length));
  const say = (name: string) =>
    atOnce === 1 ? undefined : (line: string) => console.log(`${pc.cyan(name.padEnd(width))} ${line}`);
  // Those of one name one after another: they write to the same place.
  await pLimit(atOnce).map(names, async (name) => {
    for (let time = 0; time < times && !signal.aborted; time += 1) {
      const one = await playOne(name, say(name));
      if (!signal.aborted) played.push(one);
    }
  });
  // What was played stands, whatever ended the rest.
  console.log(playedTable(played, (performance.now() - began) / 1000));
  signal.throwIfAborted();
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

async function playOne(name: string, say: ((line: string) => void) | undefined): Promise<Played> {
  const began = performance.now();
  const record = join(out, name, 'scenario.json');
  // One that is killed writes none, and is not to be told by that of the time before.
  await rm(record, { force: true });
  const script = resolve(import.meta.dirname, `${name}.ts`);
  const exitCode = await ownProcess([...quietNode, script, '--out', out], signal, say);
  const seconds = (performance.now() - began) / 1000;
  const verdict = await readFile(record, 'utf8').then(
    (text) => (JSON.parse(text) as ScenarioRecord).verdict,
    () => `ended with exit code ${exitCode}`,
  );
  return { name, passed: exitCode === 0, seconds, verdict };
}
