import { cp, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UsageError } from '../../cli/usage-error.ts';
import { isAlive, writeWhole } from '../../replica/home.ts';
import type { Snapshot } from './snapshot.ts';

/** What a scenario that acts on a replica leaves beside its kubeconfig, so that a kill leaves nothing planted for good. */
export interface Journal {
  readonly scenario: string;
  /** Of the process that plays it. */
  readonly pid: number;
  readonly startedAt: string;
  readonly before: Snapshot;
}

/** UID of kube-system: a replica that was started anew in the same place is another one. */
function clusterOf(objects: Snapshot['objects']): string | undefined {
  return objects.find(({ kind, metadata }) => kind === 'Namespace' && metadata.name === 'kube-system')?.metadata.uid;
}

const folders = ['ledger', 'backups'];
const journalOf = (kubeconfig: string) => join(dirname(kubeconfig), 'scenario.json');
const keptIn = (kubeconfig: string) => join(dirname(kubeconfig), 'before-scenario');

/**
 * Writes down how the replica stands before anything is done to it, its ledger and backups too. The snapshot holds the
 * replica's Secrets: like the kubeconfig beside it, it is readable by its owner alone.
 */
export async function beginJournal(kubeconfig: string, scenario: string, before: Snapshot): Promise<void> {
  for (const folder of folders) await copied(join(dirname(kubeconfig), folder), join(keptIn(kubeconfig), folder));
  const journal: Journal = { scenario, pid: process.pid, startedAt: new Date().toISOString(), before };
  await writeWhole(journalOf(kubeconfig), JSON.stringify(journal));
}

/**
 * What a scenario that was killed has left behind in a replica that has these objects now; undefined where none has, or
 * where the replica that it was played on has ended. Throws `UsageError` (exit code 64) where one
 * is being played: two would not know what each has to put back.
 */
export async function unfinishedJournal(kubeconfig: string, now: Snapshot['objects']): Promise<Journal | undefined> {
  const journal = await readJournal(kubeconfig);
  return journal === undefined || clusterOf(journal.before.objects) !== clusterOf(now) ? undefined : left(journal);
}

/** The same, whatever cluster the kubeconfig leads to now. */
export async function killedScenario(kubeconfig: string): Promise<Journal | undefined> {
  const journal = await readJournal(kubeconfig);
  return journal === undefined ? undefined : left(journal);
}

async function readJournal(kubeconfig: string): Promise<Journal | undefined> {
  const text = await readFile(journalOf(kubeconfig), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
  return text === undefined ? undefined : JSON.parse(text);
}

function left(journal: Journal): Journal {
  if (!isAlive(journal.pid)) return journal;
  throw new UsageError(
    `the scenario ${journal.scenario} is being played on this replica since ${journal.startedAt} (process ${journal.pid}): end it first`,
  );
}

/** Ledger and backups are as they were, and there is nothing to put back any more. */
export async function endJournal(kubeconfig: string): Promise<void> {
  for (const folder of folders) await copied(join(keptIn(kubeconfig), folder), join(dirname(kubeconfig), folder));
  await rm(journalOf(kubeconfig), { force: true });
  await rm(keptIn(kubeconfig), { recursive: true, force: true });
}

/** One folder in place of another; gone where there is none to copy. */
async function copied(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await cp(from, to, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}
