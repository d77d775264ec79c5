import { duplexPair } from 'node:stream';
import pg from 'pg';
import { observeVersion } from '../helpers/doctor/observe/database.ts';
import { queries } from '../helpers/scratch-database/queries.ts';
import type { ScratchDatabase } from '../helpers/scratch-database/scratch-database.ts';
import { PostgresInstance } from './embedded/postgres/instance.ts';
import { cacheDirectory } from './home.ts';

/** The replica's TimescaleDB, empty, in a process of its own: for backups of the replica alone. */
export async function embeddedScratchDatabase(): Promise<ScratchDatabase> {
  const password = 'scratch';
  const sql = ['CREATE EXTENSION IF NOT EXISTS timescaledb'];
  const instance = await PostgresInstance.start({
    database: 'scratch',
    timescale: true,
    password,
    sql,
    cacheDirectory,
  });
  const login = { user: 'postgres', password, database: 'scratch' };
  const client = new pg.Client({ ...login, stream: () => socketTo(instance) });
  await client.connect();
  const db = queries(client);
  return {
    had: 'embedded',
    version: await observeVersion(db),
    db,
    [Symbol.asyncDispose]: async () => {
      await client.end();
      await instance[Symbol.asyncDispose]();
    },
  };
}

/** A stream with what pg wants of a socket. */
function socketTo(instance: PostgresInstance) {
  const [near, far] = duplexPair();
  instance.accept(far);
  const itself = () => near;
  return Object.assign(near, {
    connect: () => queueMicrotask(() => near.emit('connect')),
    setNoDelay: itself,
    setKeepAlive: itself,
    ref: itself,
    unref: itself,
  });
}
