import type { BackupPlaces } from '../backup/find.ts';
import type { Migration, TargetConfig } from '../config/schema.ts';
import type { CriterionResult } from '../evidence/meta.ts';
import type { Counts } from '../judge/counts.ts';
import { windowBefore } from '../judge/window.ts';
import { type Ledger, ledgerFile, readLedger } from '../ledger/ledger.ts';
import { type Connections, connections } from './connections.ts';
import { type Observations, observations } from './observations.ts';
import type { BackupSurroundings } from './observe/backups.ts';
import { once } from './once.ts';
import { type Readings, readings } from './readings.ts';

/** What all criteria of a run share. */
export interface Run extends AsyncDisposable {
  /** Scaled to the target's pace. */
  readonly migration: Migration;
  readonly observe: Observations;
  readonly readings: Readings;
  /** Throws Unobservable when the API server does not answer: then nothing else can, and no criterion need try. */
  reach(): Promise<void>;
  /** The API server's time. */
  now(): Promise<Date>;
  /** Records and rows over the window, which ends early enough for what came to be stored. */
  counts(): Promise<Counts>;
  /** What was noted of this cluster before the run. */
  ledger(): Promise<Ledger>;
  /** The UID of the namespace kube-system. Throws `Unobservable`. */
  clusterUid(): Promise<string>;
  /** What has been decided so far. */
  readonly decided: CriterionResult[];
}

export interface RunOptions {
  /** As scaled to the target's pace. */
  readonly migration: Migration;
  readonly target: { readonly name: string; readonly config: TargetConfig };
  readonly env: NodeJS.ProcessEnv;
  /** Where the ledgers lie, absolute. */
  readonly ledgerDirectory: string;
  readonly backups: BackupPlaces & Pick<BackupSurroundings, 'embeddedScratch'>;
}

/** Begins the two readings at once: most criteria are decided while the second is waited for. */
export function startRun({ migration, target, env, ledgerDirectory, backups }: RunOptions): Run {
  const connected = connections(migration, target.config, target.name, env);
  const ledger = once(async () => readLedger(ledgerFile(ledgerDirectory, await connected.clusterUid())));
  const observe = observations(migration, connected, { ...backups, ledger, env });
  const shared = readings(observe, migration.run.readingsApart);
  // Whoever asks for it is told of a failure; until then nobody listens.
  shared.pair().catch(() => {});
  const now = nowOf(connected);
  const counts = once(async () => {
    const settled = new Date((await now()).getTime() - migration.run.readingsApart * 1000);
    const window = windowBefore(settled, migration.run.window, migration.maintenance);
    const [records, rows] = await Promise.all([observe.recordCounts(window.spans), observe.rowCounts(window.spans)]);
    return { window, records, rows };
  });
  return {
    migration,
    observe,
    readings: shared,
    reach: async () => {
      await connected.target();
    },
    now,
    counts,
    ledger,
    clusterUid: connected.clusterUid,
    decided: [],
    [Symbol.asyncDispose]: () => connected[Symbol.asyncDispose](),
  };
}

function nowOf(connected: Connections): () => Promise<Date> {
  return async () => {
    const { offsetSeconds } = await connected.clock();
    return new Date(Date.now() + offsetSeconds * 1000);
  };
}
