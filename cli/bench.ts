import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { $ } from 'zx';
import { cacheDirectory } from '../replica/home.ts';
import { type ReplicaHandle, startOwnReplica } from '../replica/lifecycle.ts';
import { finalHealthCheckCommands, phase1Commands } from '../replica/plan-commands.ts';
import { MemoryWatch } from './bench/memory.ts';
import { median, row } from './bench/statistics.ts';
import { exitUsage } from './usage-error.ts';
import { wholeNumber } from './whole-number.ts';

/**
 * `npm run bench`: times the suite's main jobs beside what they are compared with, in one run, as medians. A report,
 * never a test: the machine decides the figures.
 */
const { runs } = new Command('npm run bench --')
  .description(
    'Times the suite’s main jobs beside what they are compared with. A report: the machine decides the figures.',
  )
  .option('--runs <count>', 'how often each is timed', wholeNumber, 5)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : exitUsage))
  .parse()
  .opts<{ readonly runs: number }>();
const timeScale = 30;
$.verbose = false;
$.quiet = true;

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
};

const start = (): Promise<ReplicaHandle> => startOwnReplica({ state: 'before-phase5', timeScale, progress: () => {} });

console.log(
  `Medians of ${runs} runs (lowest to highest), Node ${process.version}, ${process.platform} ${process.arch}\n`,
);

const first = await times(async () => {
  await rm(cacheDirectory, { recursive: true, force: true });
  return timedStart();
});
const again = await times(timedStart);
console.log(row('replica, from nothing to serving', first, 's', 'limit 10 s'));
console.log(row('replica, snapshots cached', again, 's', 'limit 5 s'));

const output = await mkdtemp(join(tmpdir(), 'bench-'));
const fromNothing = await times(() => timed(() => verify()));
console.log(row('verify:phase1, no replica running, snapshots cached', fromNothing, 's', 'limit 15 s'));

const replica = await start();
try {
  const env = { ...process.env, KUBECONFIG: replica.kubeconfig };
  const running = await times(() => timed(() => verify('--kubeconfig', replica.kubeconfig)));
  const plan = await times(() => timed(() => planCommands(env)));
  console.log(row('verify:phase1, against a running replica', running, 's', 'limit 8 s'));
  console.log(row("the plan's phase 1 and 4.1 commands, by kubectl", plan, 's', 'compared with'));
  console.log(`${'  ratio verify : plan'.padEnd(52)}${(median(running) / median(plan)).toFixed(2)}\n`);
  // In runs of their own: to look at memory takes time.
  const memory = await MemoryWatch.start();
  const suiteMiB = await times(async () => {
    memory.reset();
    await verify('--kubeconfig', replica.kubeconfig);
    await planCommands(env);
    return memory.peakMiB('cli/verify.ts');
  });
  console.log(row("the suite's processes together, peak", suiteMiB, 'MiB', 'limit 477 MiB (500 MB)'));
  console.log(
    row("the replica's processes together, peak", [memory.peakMiB('replica/main.ts')], 'MiB', 'limit 1907 MiB (2 GB)'),
  );
  memory.stop();
} finally {
  await replica.stop();
  await rm(output, { recursive: true, force: true });
}

async function times(work: () => Promise<number>): Promise<number[]> {
  const results: number[] = [];
  for (let run = 0; run < runs; run += 1) results.push(await work());
  return results;
}

async function timedStart(): Promise<number> {
  let replica: ReplicaHandle | undefined;
  const seconds = await timed(async () => {
    replica = await start();
  });
  await replica?.stop();
  return seconds;
}

/** A decision other than GO would make the figure one of something else. */
async function verify(...options: string[]): Promise<void> {
  await $`node cli/verify.ts phase1 --short --out ${output} ${options}`;
}

async function planCommands(env: NodeJS.ProcessEnv): Promise<void> {
  for (const command of [...phase1Commands, ...finalHealthCheckCommands]) await $({ env })`sh -c ${command}`;
}
