import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { duplexPair } from 'node:stream';
import pg from 'pg';
import { PostgresInstance } from '../../replica/embedded/postgres/instance.ts';
import { queries } from '../queries.ts';
import type { Subject } from '../suite.ts';
import { type PostgresSystem, versionOfPostgres } from '../systems.ts';

/** The replica's TimescaleDB, over its wire. */
export function postgresDouble(): Subject<PostgresSystem> {
  return { name: 'the replica', how: 'double', open };
}

async function open(): Promise<PostgresSystem> {
  const cacheDirectory = await mkdtemp(join(tmpdir(), 'contract-postgres-'));
  const sql = ['CREATE EXTENSION IF NOT EXISTS timescaledb'];
  const server = { database: 'telemetry', timescale: true, password: 'contract', sql, cacheDirectory };
  const instance = await PostgresInstance.start(server);
  const client = new pg.Client({
    user: 'postgres',
    password: 'contract',
    database: 'telemetry',
    stream: () => socketTo(instance),
  });
  await client.connect();
  const db = queries(client);
  return {
    db,
    version: await versionOfPostgres(db),
    timescale: true,
    policies: true,
    [Symbol.asyncDispose]: async () => {
      await client.end();
      await instance[Symbol.asyncDispose]();
      await rm(cacheDirectory, { recursive: true });
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
