import { rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadMigration } from '../../helpers/config/load.ts';
import { eventually, notYet, seen } from '../../helpers/wait.ts';
import { openFaultTarget } from '../../scenarios/faults/open-target.ts';
import { faultNamed } from '../fault-named.ts';
import { type ClusterReplicaRecord, clusterReplicaHome, isAlive, writeWhole } from '../home.ts';
import { stay } from './stay.ts';

/** A cluster's replica has no process of its own: what is planted in it is held by the command that planted it. */
const plantedHere = join(clusterReplicaHome, 'planted');
const undoneWithin = 120;

/** Plants a fault and holds it until the signal aborts; then it is taken back. `planted` is called when its effect shows. */
export async function holdFault(
  { kubeconfig, kind, timeScale }: ClusterReplicaRecord,
  name: string,
  { config, signal, planted }: { config: string; signal: AbortSignal; planted: (title: string) => void },
): Promise<void> {
  const fault = faultNamed(name);
  if (fault.embeddedOnly !== undefined) throw new Error(`${name} needs an embedded replica: ${fault.embeddedOnly}`);
  const holder = await holderOf(name, plantedHere);
  if (holder !== undefined) throw new Error(`the fault ${name} is planted already (by process ${holder})`);
  await using target = await openFaultTarget({
    kubeconfig,
    context: kind,
    timeScale,
    migration: loadMigration(config),
  });
  const mark = join(plantedHere, name);
  await writeWhole(mark, String(process.pid));
  {
    // When it cannot be planted, nothing of it is left; when it cannot be taken back, the mark stays and says so.
    await using _held = await fault.plant(target).catch((error: unknown) => {
      rmSync(mark, { force: true });
      throw error;
    });
    planted(fault.title);
    await stay(signal);
  }
  rmSync(mark, { force: true });
}

/** Has the process that holds a fault take it back, and returns when it has. Throws when nobody holds it. */
export async function undoFault(name: string, directory = plantedHere): Promise<string> {
  const { title } = faultNamed(name);
  const holder = await holderOf(name, directory);
  if (holder === undefined) throw new Error(`the fault ${name} is not planted`);
  process.kill(holder, 'SIGTERM');
  const look = async () =>
    (await holderOf(name, directory)) === undefined ? seen(undefined) : notYet(`process ${holder} still holds it`);
  await eventually(look, { for: `${name} to be taken back`, within: undoneWithin, every: 0.2 });
  return title;
}

/** The names of the faults that are held now. */
export async function heldFaults(directory = plantedHere): Promise<string[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const held = await Promise.all(
    names.map(async (name) => ((await holderOf(name, directory)) === undefined ? [] : [name])),
  );
  return held.flat();
}

/** Id of the process that holds a fault. Throws for one that died over it: what it planted is still there. */
async function holderOf(name: string, directory: string): Promise<number | undefined> {
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
