import pg from 'pg';
import { queries } from '../../helpers/scratch-database/queries.ts';
import { whereabouts } from '../docker/found.ts';

import { randomName } from '../random-name.ts';
import type { Absent, Subject } from '../suite.ts';
import { type PostgresSystem, versionOfPostgres } from '../systems.ts';

/**
 * The PostgreSQL server of CONTRACT_POSTGRES_URL, or TimescaleDB in a container. A database of the contract's own is made
 * there and dropped.
 */
export async function realPostgres(): Promise<Subject<PostgresSystem> | Absent> {
  const found = await whereabouts('CONTRACT_POSTGRES_URL');
  if ('absent' in found) return { name: 'a real server', absent: found.absent };
  const url = found.environment.CONTRACT_POSTGRES_URL ?? '';
  return {
    name: found.how === 'address' ? `a real server at ${new URL(url).host}` : 'TimescaleDB',
    how: found.how,
    open: () => open(url),
  };
}

async function open(url: string): Promise<PostgresSystem> {
  const server = new pg.Client(url);
  await server.connect();
  const database = randomName();
  await server.query(`CREATE DATABASE ${pg.escapeIdentifier(database)}`);
  const own = new URL(url);
  own.pathname = `/${database}`;
  const client = new pg.Client(own.href);
  await client.connect();
  const available = await client.query(`SELECT 1 FROM pg_available_extensions WHERE name = 'timescaledb'`);
  const timescale = available.rowCount === 1;
  if (timescale) await client.query('CREATE EXTENSION IF NOT EXISTS timescaledb');
  const db = queries(client);
  return {
    db,
    version: await versionOfPostgres(db),
    timescale,
    policies:
      timescale && (await client.query('SHOW timescaledb.license')).rows[0]?.['timescaledb.license'] === 'timescale',
    [Symbol.asyncDispose]: async () => {
      await client.end();
      await server.query(`DROP DATABASE ${pg.escapeIdentifier(database)} WITH (FORCE)`);
      await server.end();
    },
  };
}
