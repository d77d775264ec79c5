import pg from 'pg';
import { queries } from '../queries.ts';
import type { Absent, Subject } from '../suite.ts';
import type { PostgresSystem } from '../systems.ts';

/** A PostgreSQL server at CONTRACT_POSTGRES_URL, where a database of the contract's own is made and dropped. */
export function realPostgres(): Subject<PostgresSystem> | Absent {
  const url = process.env.CONTRACT_POSTGRES_URL;
  if (url === undefined) return { name: 'a real server', absent: 'set CONTRACT_POSTGRES_URL' };
  return { name: `a real server at ${new URL(url).host}`, open: () => open(url) };
}

async function open(url: string): Promise<PostgresSystem> {
  const server = new pg.Client(url);
  await server.connect();
  const database = `contract_${process.pid}`;
  await server.query(`DROP DATABASE IF EXISTS ${database}`);
  await server.query(`CREATE DATABASE ${database}`);
  const own = new URL(url);
  own.pathname = `/${database}`;
  const client = new pg.Client(own.href);
  await client.connect();
  const available = await client.query(`SELECT 1 FROM pg_available_extensions WHERE name = 'timescaledb'`);
  const timescale = available.rowCount === 1;
  if (timescale) await client.query('CREATE EXTENSION IF NOT EXISTS timescaledb');
  return {
    db: queries(client),
    timescale,
    policies:
      timescale && (await client.query('SHOW timescaledb.license')).rows[0]?.['timescaledb.license'] === 'timescale',
    [Symbol.asyncDispose]: async () => {
      await client.end();
      await server.query(`DROP DATABASE ${database} WITH (FORCE)`);
      await server.end();
    },
  };
}
