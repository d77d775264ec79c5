import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { Interrupted, interruption } from '../cli/interruption.ts';
import type { VerifyDocument } from '../cli/output/json-document.ts';
import { faultNamed } from '../replica/fault-named.ts';
import { faults } from './faults/all.ts';
import type { Fault } from './faults/fault.ts';
import { cannotShow, compare, type Parity } from './parity/compare.ts';
import { judgeEmbedded, RealSubject } from './parity/subjects.ts';
import { parityExitCode, parityTable } from './parity/table.ts';

/**
 * `npm run test:parity`: plants each fault of phase 1 on an embedded replica and on a real cluster, and compares what
 * verify decides and why. Exit code 0 when all agrees, 1 when something differs, 2 when nothing could be compared.
 */
const program = new Command('npm run test:parity --')
  .description('Compares what verify decides about each fault, embedded and on the replica of a real cluster.')
  .argument('[faults...]', 'only these')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 64));
const names = program.parse().args;
const chosen = names.length > 0 ? names.map(faultNamed) : faults;
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
  await using cluster = await RealSubject.open(kubeconfig, out, signal);
  console.error(`healthy cluster: ${cluster.healthy.decision}; left out: ${cluster.leftOut.join('; ') || 'nothing'}`);
  for (const standIn of cluster.healthy.standIns) console.error(`stand-in: ${standIn}`);
  const rows = await parities(cluster);
  signal.throwIfAborted();
  console.log(parityTable(rows, cluster.leftOut));
  process.exitCode = parityExitCode(rows);
} catch (error) {
  if (!(signal.reason instanceof Interrupted)) throw error;
  console.error(signal.reason.message);
  process.exitCode = signal.reason.exitCode;
} finally {
  await rm(out, { recursive: true, force: true });
}

/** One after another, each on the cluster and then embedded, so that neither takes the machine from the other. */
async function parities(cluster: RealSubject): Promise<Parity[]> {
  const rows: Parity[] = [];
  for (const fault of chosen) {
    signal.throwIfAborted();
    rows.push(await parity(fault, cluster));
  }
  return rows;
}

async function parity(fault: Fault, cluster: RealSubject): Promise<Parity> {
  const { name } = fault;
  const why = fault.embeddedOnly ?? cannotShow(fault, cluster.healthy, cluster.ailing);
  if (why !== undefined) return { fault: name, outcome: 'cannot', why };
  const there = await told('cluster', name, () => cluster.judge(fault));
  const here = await told('embedded', name, () => judgeEmbedded(fault, out, signal));
  const recovered = await cluster.recover().catch((error: Error) => error.message);
  const failed = [there, here, recovered].filter((each) => typeof each === 'string');
  if (typeof there !== 'object' || typeof here !== 'object' || failed.length > 0)
    return { fault: name, outcome: 'differs', words: failed };
  return compare(fault, here, there, cluster.ailing);
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
  console.error(`${where.padEnd(8)}  ${name}: ${words} (${((performance.now() - began) / 1000).toFixed(0)} s)`);
  return answer;
}
