import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Queries } from '../database/sql.ts';
import { observeVersion } from '../doctor/observe/database.ts';
import type { DatabaseVersion } from '../doctor/observed.ts';
import { unobservable } from '../target/errors.ts';
import { Unobservable } from '../unobservable.ts';
import { type EmptyServer, postgresContainer } from './container.ts';
import { queries } from './queries.ts';

/** An empty database of one's own, gone with its scope, in which a backup is restored to see whether it can be. */
export interface ScratchDatabase extends AsyncDisposable {
  readonly had: 'container' | 'server' | 'embedded';
  readonly version: DatabaseVersion;
  /** One session of a role that may do everything in it. */
  readonly db: Queries;
  /** For psql and pg_restore; the embedded one has no address. */
  readonly url?: string;
}

export interface ScratchNeeds {
  /** What was backed up: PostgreSQL's major version, and TimescaleDB's where the database has it. */
  readonly version: { readonly postgres: number; readonly timescale?: string };
  /** `SCRATCH_POSTGRES_URL` names a server on which databases may be created and dropped. */
  readonly env: NodeJS.ProcessEnv;
  /** The replica's own engine, where the backup is the replica's: it reads no other. */
  readonly embedded?: () => Promise<ScratchDatabase>;
}

/**
 * A scratch database that takes a backup of that version: on the server that the environment names, or else in a container
 * where Docker has the image, or else in the replica's engine where it may serve. A newer PostgreSQL takes the backup of an
 * older one; TimescaleDB takes its own version's alone
 * (https://docs.tigerdata.com/self-hosted/latest/migration/same-db/).
 *
 * Throws `Unobservable` that says what was tried and what to install.
 */
export async function scratchDatabase(
  { version, env, embedded }: ScratchNeeds,
  start: (image: string) => Promise<EmptyServer> = postgresContainer,
): Promise<ScratchDatabase> {
  if (env.SCRATCH_POSTGRES_URL !== undefined) return onServer(env.SCRATCH_POSTGRES_URL, version);
  const image =
    version.timescale === undefined
      ? `postgres:${version.postgres}`
      : `timescale/timescaledb:${version.timescale}-pg${version.postgres}`;
  try {
    return await inContainer(await start(image), version);
  } catch (error) {
    if (!(error instanceof Unobservable)) throw error;
    if (embedded) return embedded();
    throw new Unobservable(error.kind, `no scratch database for ${words(version)}: ${error.message}`, {
      hint: `start a Docker that has ${image}, or set SCRATCH_POSTGRES_URL to a server of that version whose role may create databases`,
      cause: error,
    });
  }
}

async function onServer(url: string, wanted: ScratchNeeds['version']): Promise<ScratchDatabase> {
  await using opening = new AsyncDisposableStack();
  const server = await connected(url);
  opening.defer(() => server.end());
  const name = `scratch_${randomBytes(6).toString('hex')}`;
  await queries(server).query(`CREATE DATABASE ${name}`);
  opening.defer(async () => void (await queries(server).query(`DROP DATABASE ${name} WITH (FORCE)`)));
  const own = new URL(url);
  own.pathname = `/${name}`;
  const client = await connected(own.href);
  opening.defer(() => client.end());
  const db = queries(client);
  const version = await versionOf(db, wanted.timescale !== undefined);
  const unlike =
    Number.parseInt(version.postgres, 10) < wanted.postgres || version.timescale?.version !== wanted.timescale;
  if (unlike) {
    throw new Unobservable(
      'unsupported',
      `the server of SCRATCH_POSTGRES_URL has ${words({ postgres: version.postgres, timescale: version.timescale?.version })}; the backup is of ${words(wanted)}`,
      { hint: 'name a server of that version, or unset it where Docker answers' },
    );
  }
  return scratch('server', version, db, own.href, opening.move());
}

async function inContainer(server: EmptyServer, wanted: ScratchNeeds['version']): Promise<ScratchDatabase> {
  await using opening = new AsyncDisposableStack();
  opening.use(server);
  const client = await connected(server.url);
  opening.defer(() => client.end());
  const db = queries(client);
  const version = await versionOf(db, wanted.timescale !== undefined);
  return scratch('container', version, db, server.url, opening.move());
}

function scratch(
  had: ScratchDatabase['had'],
  version: DatabaseVersion,
  db: Queries,
  url: string,
  open: AsyncDisposableStack,
): ScratchDatabase {
  return { had, version, db, url, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // Whoever waits for a query learns of it.
  client.on('error', () => {});
  try {
    await client.connect();
    return client;
  } catch (error) {
    throw unobservable(error, `connect to the scratch server ${new URL(url).host}`);
  }
}

/** With the extension where the server has it, as a backup begins with. */
async function versionOf(db: Queries, extended: boolean): Promise<DatabaseVersion> {
  const available = await db.query(`SELECT 1 FROM pg_available_extensions WHERE name = 'timescaledb'`);
  if (extended && available.length > 0) await db.query('CREATE EXTENSION IF NOT EXISTS timescaledb');
  return observeVersion(db);
}

function words({ postgres, timescale }: { postgres: number | string; timescale?: string | undefined }): string {
  return timescale === undefined ? `PostgreSQL ${postgres}` : `PostgreSQL ${postgres} with TimescaleDB ${timescale}`;
}
