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
  const ailing = cluster.ailing.join(', ') || 'none';
  console.error(`healthy cluster: ${cluster.healthy.decision}; not passing there: ${ailing}`);
  for (const standIn of cluster.healthy.standIns) console.error(`stand-in: ${standIn}`);
  const rows = await parities(cluster);
  signal.throwIfAborted();
  console.log(parityTable(rows));
  process.exitCode = parityExitCode(rows);
} catch (error) {
  if (!(signal.reason instanceof Interrupted)) throw error;
  console.error(signal.reason.message);
  process.exitCode = signal.reason.exitCode;
} finally {
  await rm(out, { recursive: true, force: true });
}

/** Each side takes its faults one after another; the cluster leaves one behind while the embedded replica has others. */
async function parities(cluster: RealSubject): Promise<Parity[]> {
  const impossible = (fault: Fault) => fault.embeddedOnly ?? cannotShow(fault, cluster.healthy, cluster.ailing);
  const possible = chosen.filter((fault) => impossible(fault) === undefined);
  const [here, there] = await Promise.all([
    inTurn(possible, 'embedded', (fault) => judgeEmbedded(fault, out, signal)),
    inTurn(possible, 'cluster', async (fault) => {
      const document = await cluster.judge(fault);
      await cluster.recover();
      return document;
    }),
  ]);
  return chosen.map((fault): Parity => {
    const { name } = fault;
    const why = impossible(fault);
    if (why !== undefined) return { fault: name, outcome: 'cannot', why };
    const [embedded, real] = [here.get(name), there.get(name)];
    const failed = [embedded, real].filter((each) => typeof each === 'string');
    if (typeof embedded === 'object' && typeof real === 'object') return compare(fault, embedded, real, cluster.ailing);
    return { fault: name, outcome: 'differs', words: failed };
  });
}

/** By fault what verify said, or in words why it could not be asked. */
async function inTurn(
  some: readonly Fault[],
  where: string,
  judge: (fault: Fault) => Promise<VerifyDocument>,
): Promise<Map<string, VerifyDocument | string>> {
  const said = new Map<string, VerifyDocument | string>();
  for (const fault of some) {
    const began = performance.now();
    if (signal.aborted) break;
    const answer = await judge(fault).catch((error: Error) => `${where}: ${error.message}`);
    said.set(fault.name, answer);
    const words = typeof answer === 'string' ? answer : `${answer.decision}, ${answer.reason}`;
    console.error(`${where.padEnd(8)}  ${fault.name}: ${words} (${((performance.now() - began) / 1000).toFixed(0)} s)`);
  }
  return said;
}
