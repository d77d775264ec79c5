import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pc from 'picocolors';
import { $ } from 'zx';
import { startOwnReplica } from '../replica/lifecycle.ts';

/**
 * `npm run soak [-- RUNS]`: verifies one healthy replica again and again, 50 times unless told otherwise. Every run has
 * to be GO: an operator stops reading a suite that cries wolf. Exits with 1 at the end when one was not.
 */
const runs = Number(process.argv[2] ?? 50);
if (!Number.isInteger(runs) || runs < 1) {
  console.error(pc.red(`npm run soak -- RUNS: a whole number of runs, not ${process.argv[2]}`));
  process.exit(64);
}
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
    const took = `${((performance.now() - began) / 1000).toFixed(1)} s`;
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
