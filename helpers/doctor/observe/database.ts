import type { DatabaseConfig, Migration } from '../../config/schema.ts';
import { observeClock } from '../../database/clock.ts';
import type { Queries } from '../../database/sql.ts';
import { readCredentials } from '../../target/credentials.ts';
import { connectPostgres, type Database } from '../../target/dial/postgres.ts';
import type { Target } from '../../target/target.ts';
import type { DatabaseSight, DatabaseVersion } from '../observed.ts';
import { credentialOf } from './credential.ts';
import { observeRole, observeTables } from './database-role.ts';
import type { Looker } from './look.ts';

export interface DatabasePlace {
  readonly name: string;
  readonly old: boolean;
  readonly config: DatabaseConfig;
  /** The tables that verify reads in it. */
  readonly tables: readonly string[];
  readonly needsTimescale: boolean;
}

/** The databases of both systems, with the tables that migration.yaml has in them. */
export function databasePlaces({
  new: { databases, hypertables, streams, settings },
  old,
}: Migration): DatabasePlace[] {
  const used = [...Object.values(streams).map(({ rows }) => rows), ...hypertables, settings].map(
    ({ database, table }) => ({ database, table }),
  );
  const ofNew = Object.entries(databases).map(([name, config]) => {
    const tables = used.filter(({ database }) => database === name).map(({ table }) => table);
    return {
      name,
      old: false,
      config,
      tables: [...new Set([...tables, 'schema_migrations'])],
      needsTimescale: hypertables.some(({ database }) => database === name),
    };
  });
  return [...ofNew, { name: 'old', old: true, config: old.database, tables: [], needsTimescale: false }];
}

/** One database: whether it lets us in, and then each thing about it by itself. Leaves no connection behind. */
export async function observeDatabase(
  target: Target,
  look: Looker,
  migration: Migration,
  place: DatabasePlace,
  env: NodeJS.ProcessEnv,
): Promise<DatabaseSight> {
  const { name, old, needsTimescale, config } = place;
  const { namespace, service, port, database } = config;
  const what = `database ${database} on ${namespace}/${service}:${port}`;
  const head = { name, old, needsTimescale, place: { namespace, service, port, database } };
  const opened = await look(what, async () => {
    const credential = credentialOf(migration, config.credentials);
    const credentials = await readCredentials(target.kube, credential, config.credentials, env);
    return { db: await connectPostgres(target, config, credentials), user: credentials.username };
  });
  if ('unseen' in opened) return { ...head, login: opened };
  const { db, user } = opened.seen;
  try {
    return { ...head, login: { seen: user }, ...(await observeInside(db, look, what, place.tables)) };
  } finally {
    void db.close().catch(() => {});
  }
}

async function observeInside(db: Database, look: Looker, what: string, names: readonly string[]) {
  const [clock, version, role, tables] = await Promise.all([
    look(`the clock of ${what}`, () => observeClock(db)),
    look(`the version of ${what}`, () => observeVersion(db)),
    look(`the role in ${what}`, () => observeRole(db)),
    look(`the tables of ${what}`, () => observeTables(db, names)),
  ]);
  return { clock, version, role, tables };
}

/** The server's version, and TimescaleDB's with its edition where it is installed in this database. */
export async function observeVersion(db: Queries): Promise<DatabaseVersion> {
  const [row] = await db.query<{ postgres: string; timescale: string | null; license: string | null }>(
    `SELECT current_setting('server_version') AS postgres,
            (SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'timescaledb') AS timescale,
            current_setting('timescaledb.license', true) AS license`,
  );
  const postgres = row?.postgres ?? '';
  if (row === undefined || row.timescale === null) return { postgres };
  // https://docs.tigerdata.com/about/latest/timescaledb-editions/: the license is `timescale` or `apache`.
  const edition = row.license === 'apache' ? 'Apache' : 'community';
  return { postgres, timescale: { version: row.timescale, edition } };
}
