import { fetchArtefact } from '../../backup/artefact.ts';
import { inspectDump } from '../../backup/dump/inspect.ts';
import { backupEntry, type RestoreProofEntry, restoreProofEntry } from '../../backup/entry.ts';
import { type BackupPlaces, findBackup } from '../../backup/find.ts';
import type {
  ArtefactSight,
  BackupFound,
  BackupJobState,
  BackupRecord,
  BackupSight,
  DumpFacts,
  RestoreOutcome,
  RestoreSight,
  TableNow,
  TableSums,
} from '../../backup/observed.ts';
import { restoreTest } from '../../backup/restore-test.ts';
import { observeNewest, observeSums, type UpTo } from '../../backup/sums.ts';
import { observeCronJob } from '../../cluster/cron-job.ts';
import type { Migration } from '../../config/schema.ts';
import { observeTables } from '../../database/tables.ts';
import { observeVersion } from '../../doctor/observe/database.ts';
import type { DatabaseVersion } from '../../doctor/observed.ts';
import type { Sightings } from '../../judge/verdict.ts';
import { appendEntry, type Ledger } from '../../ledger/ledger.ts';
import type { ScratchDatabase } from '../../scratch-database/scratch-database.ts';
import { readCredentials } from '../../target/credentials.ts';
import { openSnapshot } from '../../target/dial/postgres.ts';
import type { Connections } from '../connections.ts';
import { once } from '../once.ts';
import { sight } from '../sightings.ts';

/** What of backups is on this machine, and what a run may use here. */
export interface BackupSurroundings extends BackupPlaces {
  ledger(): Promise<Ledger>;
  readonly env: NodeJS.ProcessEnv;
  /** The replica's own engine, where the target is such a replica. */
  readonly embeddedScratch: (() => Promise<ScratchDatabase>) | undefined;
}

/** What a spec can observe of backups. */
export interface BackupObservations {
  /** The newest backup of the old database. */
  backup(): Promise<BackupSight>;
  /** That backup restored, now or in an earlier run; a proof of now is noted in the ledger. */
  restoredBackup(): Promise<RestoreSight>;
  /** The old database's tables with their newest rows as they are now. */
  oldNewest(): Promise<Sightings<Pick<TableSums, 'table' | 'newestAt'>>>;
  /** What the newest backup of before a moment, ISO 8601, is known to hold; undefined where nothing tells. */
  backupRecord(before: string): Promise<BackupRecord | undefined>;
  /** What the old database holds now, of tables of rows with times of their own up to the newest of those given. */
  oldSums(upTo: readonly TableSums[]): Promise<Sightings<TableNow>>;
  /** What backs up the new databases. */
  backupJobs(): Promise<Sightings<BackupJobState>>;
  /** What those have made last, restored where it can be had. */
  artefacts(): Promise<Sightings<ArtefactSight>>;
}

export function backupObservations(
  migration: Migration,
  connections: Connections,
  surroundings: BackupSurroundings,
): BackupObservations {
  const { backup: config, old } = migration;
  const { env, embeddedScratch: embedded } = surroundings;
  const patience = () => AbortSignal.timeout(migration.run.deadline * 1000);
  const backup = once(async () => findBackup(await surroundings.ledger(), surroundings, config));

  const restored = async (found: BackupFound, version: DatabaseVersion): Promise<RestoreOutcome | undefined> => {
    if (found.facts === undefined) return undefined;
    return restoreTest({ file: found.file, facts: found.facts, version, env, embedded, signal: patience() });
  };

  return {
    backup,

    restoredBackup: once(async () => {
      const { found } = await backup();
      if (found?.facts === undefined || !isWhole(found.facts, config.tables)) return { isProof: false };
      const ledger = await surroundings.ledger();
      const proof = ledger.entries(restoreProofEntry).findLast(({ sha256 }) => sha256 === found.facts?.sha256);
      const version = found.noted?.sums.version ?? (await versionNow(connections, found));
      const outcome = proof ?? (await restored(found, version));
      if (outcome?.tables === undefined) return { isProof: false, ...(outcome === undefined ? {} : { outcome }) };
      if (proof === undefined) await appendEntry(ledger.file, restoreProofEntry, proofOf(found.facts.sha256, outcome));
      const expected = found.noted?.sums.tables ?? (await sumsNow(migration, connections, env, outcome.tables));
      return { isProof: proof !== undefined, outcome, expected };
    }),

    oldNewest: () =>
      sight(
        [old.database],
        ({ database }) => `database ${database}`,
        async () => observeNewest(await connections.oldDatabase()),
      ),

    backupRecord: async (before) => {
      const ledger = await surroundings.ledger();
      const taken = ledger.entries(backupEntry).findLast(({ sums }) => sums.at < before);
      if (taken !== undefined) return { file: taken.file, tables: taken.sums.tables };
      // One made by hand is known by what it held when it was restored to see whether it can be.
      const proof = ledger.entries(restoreProofEntry).findLast(({ at }) => at < before);
      return proof && { file: `the backup of SHA-256 ${proof.sha256}`, tables: proof.tables };
    },

    oldSums: (upTo) =>
      sight(
        [old.database],
        ({ database }) => `database ${database}`,
        async (): Promise<readonly TableNow[]> => {
          if (upTo.length === 0) return [];
          const states = await observeTables(await connections.oldDatabase(), 'old');
          const isSeries = (name: string) => states.some((one) => one.table === name && one.isSeries);
          const limits = upTo.filter(({ table }) => isSeries(table));
          const tables = await sumsNow(migration, connections, env, limits);
          return tables.map((sums) => ({ ...sums, isSeries: isSeries(sums.table) }));
        },
      ),

    backupJobs: () =>
      sight(
        config.cronJobs,
        ({ namespace, name }) => `CronJob ${namespace}/${name}`,
        async ({ namespace, name }) => observeCronJob(await connections.target(), namespace, name),
      ),

    artefacts: () =>
      sight(
        config.cronJobs,
        ({ namespace, name }) => `the newest dump of ${namespace}/${name}`,
        async ({ namespace, name, database, artefact }): Promise<ArtefactSight> => {
          if ('unavailable' in artefact) return { namespace, name, unavailable: artefact.unavailable };
          const signal = patience();
          await using fetched = await fetchArtefact(artefact.fetch, { signal, env });
          const facts = await inspectDump(fetched.file);
          if (!facts.isComplete || facts.broken !== undefined) return { namespace, name, facts };
          const version = await observeVersion(await connections.database(database));
          const outcome = await restoreTest({ file: fetched.file, facts, version, env, embedded, signal });
          return { namespace, name, facts, outcome };
        },
      ),
  };
}

/** What is not of the old database, or ends before its end, need not be restored to see that. */
function isWhole({ broken, isComplete, tables }: DumpFacts, wanted: readonly string[]): boolean {
  return broken === undefined && isComplete && wanted.some((table) => tables.includes(table));
}

/** What is known of the server of a dump made by hand: PostgreSQL's version by the dump, TimescaleDB's as it is now. */
async function versionNow(connections: Connections, { facts }: BackupFound): Promise<DatabaseVersion> {
  const now = await observeVersion(await connections.oldDatabase());
  return { ...now, postgres: facts?.serverVersion ?? now.postgres };
}

/** The old database as it is now, up to the newest row of each of these tables. */
async function sumsNow(
  migration: Migration,
  connections: Connections,
  env: NodeJS.ProcessEnv,
  limits: readonly TableSums[],
): Promise<readonly TableSums[]> {
  const { database } = migration.old;
  const credential = migration.credentials[database.credentials];
  if (credential === undefined) throw new Error(`migration.yaml has no credentials ${database.credentials}`);
  const target = await connections.target();
  const credentials = await readCredentials(target.kube, credential, database.credentials, env);
  await using session = await openSnapshot(target, database, credentials, migration.backup.patience);
  const upTo: UpTo = Object.fromEntries(limits.flatMap(({ table, newestAt }) => (newestAt ? [[table, newestAt]] : [])));
  return (await observeSums(session, upTo)).tables;
}

function proofOf(sha256: string, { had, version, seconds, tables = [] }: RestoreOutcome): RestoreProofEntry {
  return { kind: 'restore-proof', at: new Date().toISOString(), sha256, had, version, seconds, tables: [...tables] };
}
