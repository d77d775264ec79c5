import pg from 'pg';
import { unobservable } from '../../helpers/target/errors.ts';
import type { PostgresSystem } from '../subjects.ts';
import type { Absent, Subject } from '../suite.ts';

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
  if (timescale) await client.query('CREATE EXTENSION timescaledb');
  return {
    db: {
      query: async <Row extends pg.QueryResultRow>(sql: string, parameters: readonly unknown[] = []) => {
        try {
          return (await client.query<Row>(sql, [...parameters])).rows;
        } catch (error) {
          throw unobservable(error, 'query');
        }
      },
    },
    timescale,
    [Symbol.asyncDispose]: async () => {
      await client.end();
      await server.query(`DROP DATABASE ${database} WITH (FORCE)`);
      await server.end();
    },
  };
}
