import { captureState } from '../../helpers/capture/capture.ts';
import { stateCaptureEntry } from '../../helpers/capture/schema.ts';
import { loadMigration } from '../../helpers/config/load.ts';
import type { Migration } from '../../helpers/config/schema.ts';
import { type CutoverEntry, cutoverEntry } from '../../helpers/cutover/schema.ts';
import type { LedgerEntry } from '../../helpers/ledger/entry.ts';
import { appendEntry, ledgerFile } from '../../helpers/ledger/ledger.ts';
import { runEntry } from '../../helpers/ledger/run-entry.ts';
import { type SignOff, signOffEntry, signOffSubjects } from '../../helpers/sign-off/schema.ts';
import { connections } from '../../helpers/spec/connections.ts';
import { resourceObservations } from '../../helpers/spec/observe/resources.ts';
import type { ClusterReplicaKind } from '../cluster/raise.ts';
import { cutoverMs, type HistoryOf, rollbackAgoMs } from '../embedded/history/state.ts';
import { backdated } from './capture.ts';
import { pastRuns } from './runs.ts';
import { usageOf } from './usage.ts';

export interface PastOptions extends HistoryOf {
  /** Of the replica; its admin's context is called so too. */
  readonly kind: 'embedded' | ClusterReplicaKind;
  readonly kubeconfig: string;
  /** Path of migration.yaml. */
  readonly config: string;
  /** Where the replica keeps its ledger. */
  readonly directory: string;
  /** Whether the state was captured also where no cutover followed yet: an operator who rehearses does that by hand. */
  readonly isCaptured: boolean;
}

/** So long before the cutover its state was captured. */
const capturedBeforeMs = 600_000;
const connectWithinSeconds = 30;

/**
 * Writes the ledger that goes with a replica's past: the nightly runs, and from the cutover on the state captured before
 * it and the cutover itself. Throws `Unobservable` when the replica does not answer.
 */
export async function writePast({
  kind,
  kubeconfig,
  config,
  directory,
  isCaptured,
  ...of
}: PastOptions): Promise<void> {
  const declared = loadMigration(config);
  // The machine is busy with what has just begun to serve.
  const migration = { ...declared, run: { ...declared.run, connectDeadline: connectWithinSeconds } };
  const target = { kind, kubeconfig, context: kind, timeScale: of.timeScale };
  await using connected = connections(migration, target, kind, process.env);
  const file = ledgerFile(directory, await connected.clusterUid());
  const measure = async () => {
    await using anew = connections(migration, target, kind, process.env);
    const observe = resourceObservations(migration, anew);
    const [memory, sizes] = await Promise.all([observe.memory(), observe.sizes()]);
    return { memory, sizes };
  };
  const cutAtMs = cutoverMs(of);
  const [usage, capture] = await Promise.all([
    usageOf(measure, migration),
    cutAtMs !== undefined || isCaptured ? captureState(migration, connected, { progress: () => {} }) : undefined,
  ]);
  const noted: [LedgerEntry, () => Promise<void>][] = pastRuns(of, {
    memory: [...usage.memory],
    sizes: [...usage.sizes],
  }).map((run) => [run, () => appendEntry(file, runEntry, run)]);

  if (capture !== undefined && cutAtMs !== undefined) {
    const before = await backdated(capture, cutAtMs - capturedBeforeMs, migration, connected);
    noted.push([before, () => appendEntry(file, stateCaptureEntry, before)]);
    for (const entry of cutovers(migration, before, cutAtMs, of)) {
      noted.push([entry, () => appendEntry(file, cutoverEntry, entry)]);
    }
  } else if (capture !== undefined) {
    noted.push([capture, () => appendEntry(file, stateCaptureEntry, capture)]);
  }
  for (const entry of signOffs(of)) noted.push([entry, () => appendEntry(file, signOffEntry, entry)]);
  noted.sort(([a], [b]) => a.at.localeCompare(b.at));
  for (const [, append] of noted) await append();
}

/** After the cleanup somebody has signed off all that a person has to answer for. */
function signOffs({ state, nowMs }: HistoryOf): SignOff[] {
  if (state !== 'after-phase8') return [];
  const at = new Date(nowMs - 1_800_000).toISOString();
  return signOffSubjects.map((subject) => ({ kind: 'sign-off', at, subject, by: 'made with the replica' }));
}

function cutovers(
  migration: Migration,
  { at: capturedAt, cluster, context }: { readonly at: string; readonly cluster: string; readonly context: string },
  cutAtMs: number,
  { state, nowMs }: HistoryOf,
): CutoverEntry[] {
  const scaled = (from: number | undefined, to: number | undefined, atMs: number) =>
    migration.old.workloads
      .filter(({ namespace }) => migration.old.namespaces.includes(namespace))
      .map(({ kind, namespace, name, replicas }) => ({
        kind,
        namespace,
        name,
        from: from ?? replicas,
        to: to ?? replicas,
        at: new Date(atMs).toISOString(),
      }));
  const entry = (action: CutoverEntry['action'], atMs: number, changes: CutoverEntry['scaled']): CutoverEntry => ({
    kind: 'cutover',
    action,
    at: new Date(atMs).toISOString(),
    doneAt: new Date(atMs + 20_000).toISOString(),
    cluster,
    context,
    by: 'made with the replica',
    capturedAt,
    newStopped: false,
    scaled: changes,
    owners: migration.gitops.kustomizations.map((name) => `${migration.gitops.namespace}/${name}`),
  });
  const cut = entry('cutover', cutAtMs, scaled(undefined, 0, cutAtMs));
  if (state !== 'rolled-back') return [cut];
  const undoneMs = nowMs - rollbackAgoMs;
  return [cut, entry('undo', undoneMs, scaled(0, undefined, undoneMs))];
}
