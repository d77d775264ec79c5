import { rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadMigration } from '../../helpers/config/load.ts';
import { eventually, notYet, seen } from '../../helpers/wait.ts';
import { openFaultTarget } from '../../scenarios/faults/open-target.ts';
import { faultNamed } from '../fault-named.ts';
import { type ClusterReplicaRecord, clusterReplicaHome, isAlive, writeWhole } from '../home.ts';

/** A cluster's replica has no process of its own: what is planted in it is held by the command that planted it. */
const directory = join(clusterReplicaHome, 'planted');
const undoneWithin = 120;

/** Plants a fault and holds it until the signal aborts; then it is taken back. `planted` is called when its effect shows. */
export async function holdFault(
  { kubeconfig, kind, timeScale }: ClusterReplicaRecord,
  name: string,
  { config, signal, planted }: { config: string; signal: AbortSignal; planted: (title: string) => void },
): Promise<void> {
  const fault = faultNamed(name);
  if (fault.embeddedOnly !== undefined) throw new Error(`${name} needs an embedded replica: ${fault.embeddedOnly}`);
  const holder = await holderOf(name);
  if (holder !== undefined) throw new Error(`the fault ${name} is planted already (by process ${holder})`);
  await using target = await openFaultTarget({
    kubeconfig,
    context: kind,
    timeScale,
    migration: loadMigration(config),
  });
  await writeWhole(join(directory, name), String(process.pid));
  using _mark = { [Symbol.dispose]: () => rmSync(join(directory, name), { force: true }) };
  await using _planted = await fault.plant(target);
  planted(fault.title);
  if (!signal.aborted)
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** Has the process that holds a fault take it back, and returns when it has. Throws when nobody holds it. */
export async function undoFault(name: string): Promise<string> {
  const { title } = faultNamed(name);
  const holder = await holderOf(name);
  if (holder === undefined) throw new Error(`the fault ${name} is not planted`);
  process.kill(holder, 'SIGTERM');
  const look = async () =>
    (await holderOf(name)) === undefined ? seen(undefined) : notYet(`process ${holder} still holds it`);
  await eventually(look, { for: `${name} to be taken back`, within: undoneWithin, every: 0.2 });
  return title;
}

/** The names of the faults that are held now. */
export async function heldFaults(): Promise<string[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const held = await Promise.all(names.map(async (name) => ((await holderOf(name)) === undefined ? [] : [name])));
  return held.flat();
}

/** Id of the process that holds a fault. Throws for one that died over it: what it planted is still there. */
async function holderOf(name: string): Promise<number | undefined> {
  const text = await readFile(join(directory, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  if (isAlive(Number(text))) return Number(text);
  throw new Error(
    `process ${text} died while it held the fault ${name}, which is planted still: remove the replica (npm run replica -- --down) and raise it anew`,
  );
}
