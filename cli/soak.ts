import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import pc from 'picocolors';
import { $ } from 'zx';
import { duration } from '../helpers/time-words.ts';
import { startOwnReplica } from '../replica/lifecycle.ts';
import { exitUsage } from './usage-error.ts';
import { wholeNumber } from './whole-number.ts';

/**
 * `npm run soak`: verifies one healthy replica again and again, 50 times unless told otherwise. Every run has
 * to be GO: an operator stops reading a suite that cries wolf. Exits with 1 at the end when one was not.
 */
const { runs } = new Command('npm run soak --')
  .description('Verifies one healthy replica again and again; every run has to be GO.')
  .option('--runs <count>', 'how often', wholeNumber, 50)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : exitUsage))
  .parse()
  .opts<{ readonly runs: number }>();
$.quiet = true;

const output = await mkdtemp(join(tmpdir(), 'soak-'));
const replica = await startOwnReplica({ state: 'before-phase5', timeScale: 30, progress: () => {} });
let alarms = 0;
try {
  for (let run = 1; run <= runs; run += 1) {
    const began = performance.now();
    const result = await $({
      nothrow: true,
    })`node cli/verify.ts phase1 --short --kubeconfig ${replica.kubeconfig} --out ${output}`;
    const took = duration((performance.now() - began) / 1000);
    const clean = result.exitCode === 0;
    console.log(
      `${String(run).padStart(3)}  ${clean ? pc.green('GO') : pc.red(`exit code ${result.exitCode}`)}  ${pc.dim(took)}`,
    );
    if (clean) continue;
    alarms += 1;
    console.log(result.stdout + result.stderr);
  }
} finally {
  await replica.stop();
  await rm(output, { recursive: true, force: true });
}
console.log(`${runs - alarms} of ${runs} clean runs were GO`);
process.exitCode = alarms === 0 ? 0 : 1;
