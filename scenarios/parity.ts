import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
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

const out = await mkdtemp(join(tmpdir(), 'parity-'));
const rows: Parity[] = [];
try {
  await using cluster = await RealSubject.open(kubeconfig, out);
  console.error(
    `healthy cluster: ${cluster.healthy.decision}; not passing there: ${cluster.ailing.join(', ') || 'none'}`,
  );
  for (const standIn of cluster.healthy.standIns) console.error(`stand-in: ${standIn}`);
  for (const fault of chosen) {
    const row = await parity(fault, cluster);
    rows.push(row);
    console.error(
      parityTable([row])
        .split('\n')
        .filter((line) => line.startsWith('  '))
        .join('\n'),
    );
  }
} finally {
  await rm(out, { recursive: true, force: true });
}
console.log(parityTable(rows));
process.exit(parityExitCode(rows));

async function parity(fault: Fault, cluster: RealSubject): Promise<Parity> {
  const { name } = fault;
  if (fault.embeddedOnly !== undefined) return { fault: name, outcome: 'cannot', why: fault.embeddedOnly };
  const why = cannotShow(fault, cluster.healthy, cluster.ailing);
  if (why !== undefined) return { fault: name, outcome: 'cannot', why };
  console.error(`${name}: ${fault.title}`);
  try {
    const there = await cluster.judge(fault);
    // The cluster leaves the fault behind while the embedded replica has its own.
    const [here] = await Promise.all([judgeEmbedded(fault, out), cluster.recover()]);
    return compare(fault, here, there, cluster.ailing);
  } catch (error) {
    return { fault: name, outcome: 'differs', words: [error instanceof Error ? error.message : String(error)] };
  }
}
