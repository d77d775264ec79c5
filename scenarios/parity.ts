import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { Interrupted, interruption } from '../cli/interruption.ts';
import type { VerifyDocument } from '../cli/output/json-document.ts';
import { type Phase, phases } from '../cli/phases.ts';
import { duration } from '../helpers/time-words.ts';
import { faultNamed } from '../replica/fault-named.ts';
import { faults } from './faults/all.ts';
import { type Fault, phaseOf } from './faults/fault.ts';
import { cannotShow, compare, type Parity } from './parity/compare.ts';
import { judgeEmbedded, RealSubject } from './parity/subjects.ts';
import { parityExitCode, parityTable } from './parity/table.ts';

/**
 * `npm run test:parity`: plants each fault of a phase on an embedded replica and on a real cluster, and compares what
 * verify decides and why. Exit code 0 when all agrees, 1 when something differs, 2 when something could not be compared.
 */
const program: Command = new Command('npm run test:parity --')
  .description('Compares what verify decides about each fault, embedded and on the replica of a real cluster.')
  .argument('[faults...]', 'only these')
  .option('--phase <phase>', 'the phase that is judged: the cluster’s replica has to be in its state', 'phase1')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 64));
const names = program.parse().args;
const { phase: asked } = program.opts<{ phase: string }>();
const phase = phases.find(({ id }) => id === asked);
if (phase === undefined) program.error(`no phase ${asked}: ${phases.map(({ id }) => id).join(', ')}`);
const chosen = names.length > 0 ? names.map(faultNamed) : faults.filter((fault) => phaseOf(fault) === phase.id);
const stray = chosen.find((fault) => phaseOf(fault) !== phase.id);
if (stray !== undefined) program.error(`${stray.name} is told by ${phaseOf(stray)}: --phase ${phaseOf(stray)}`);
const kubeconfig = process.env.PARITY_KUBECONFIG;
if (kubeconfig === undefined) {
  console.error(
    'Nothing was compared: PARITY_KUBECONFIG names no cluster. Raise a replica on a scratch cluster (npm run replica -- --on KUBECONFIG) and set it to the kubeconfig that is printed.',
  );
  process.exit(2);
}

/** A consumer that was taken out of its group has to come back. */
const farewellMs = 120_000;

const signal = interruption('what was planted is taken back', farewellMs);
const out = await mkdtemp(join(tmpdir(), 'parity-'));
try {
  await using cluster = await RealSubject.open(kubeconfig, phase.id, out, signal);
  console.error(`healthy cluster: ${cluster.healthy.decision}; left out: ${cluster.leftOut.join('; ') || 'nothing'}`);
  for (const standIn of cluster.healthy.standIns) console.error(`stand-in: ${standIn}`);
  const rows: Parity[] = [];
  try {
    for (const fault of chosen) await compareBoth(phase, fault, cluster, rows);
  } finally {
    // What was compared stands, whatever ended the rest.
    console.log(parityTable(rows, cluster.leftOut));
  }
  process.exitCode = parityExitCode(rows);
} catch (error) {
  const interrupted = signal.reason instanceof Interrupted ? signal.reason : undefined;
  console.error(interrupted?.message ?? (error instanceof Error ? error.message : String(error)));
  process.exitCode = interrupted?.exitCode ?? 2;
} finally {
  await rm(out, { recursive: true, force: true });
}

/**
 * Adds what came of one fault, first on the cluster and then embedded: neither takes the machine from the other. Throws
 * when the cluster does not recover: whatever followed would be compared on an ailing one.
 */
async function compareBoth(phase: Phase, fault: Fault, cluster: RealSubject, rows: Parity[]): Promise<void> {
  const { name } = fault;
  const why = fault.embeddedOnly ?? cannotShow(fault, cluster.healthy, cluster.ailing);
  if (why !== undefined) {
    rows.push({ fault: name, outcome: 'cannot', why });
    return;
  }
  const there = await told('cluster', name, () => cluster.judge(fault));
  const here = await told('embedded', name, () => judgeEmbedded(fault, phase, out, signal));
  const failed = [there, here].filter((each) => typeof each === 'string');
  rows.push(
    typeof there === 'object' && typeof here === 'object'
      ? compare(fault, here, there, cluster.ailing)
      : { fault: name, outcome: 'differs', words: failed },
  );
  await cluster.recover();
}

/** What verify said, or in words why it could not be asked; told as it goes. */
async function told(
  where: string,
  name: string,
  judge: () => Promise<VerifyDocument>,
): Promise<VerifyDocument | string> {
  const began = performance.now();
  const answer = await judge().catch((error: Error) => `${where}: ${error.message}`);
  signal.throwIfAborted();
  const words = typeof answer === 'string' ? answer : `${answer.decision}, ${answer.reason}`;
  console.error(`${where.padEnd(8)}  ${name}: ${words} (${duration((performance.now() - began) / 1000)})`);
  return answer;
}
