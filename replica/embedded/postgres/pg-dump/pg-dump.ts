import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { Command } from '../../program.ts';
import type { Servers } from '../psql/psql.ts';
import { ConnectionRefused, Session } from '../psql/session.ts';
import { wordsOf } from '../psql/words.ts';
import { afterwardsQuery, columnsQuery, dimensionQuery, extensionQuery, tablesQuery } from './catalog.ts';
import { type DumpOptions, DumpUsageError, readDumpOptions } from './options.ts';

const failed = 1;
const version = '17.5';
/** Rows in one INSERT, and rows that are fetched at once. */
const rowsPerInsert = 500;
const rowsPerFetch = 5_000;

/** The server refused a statement. */
class QueryFailed extends Error {
  override readonly name = 'QueryFailed';
}

/**
 * `pg_dump` in plain format, of the database beside it. The real one writes rows as COPY, which this server cannot take:
 * here they are INSERTs into the hypertable, and the head says whose dump it is.
 */
export function pgDump(own: string, servers: Pick<Servers, 'local'>): Command {
  return async ([, ...args], { stdout, stderr }, { env }) => {
    let session: Session | undefined;
    try {
      const options = readDumpOptions(args);
      if (options.version) {
        stdout.write(`pg_dump (PostgreSQL) ${version}\n`);
        return 0;
      }
      const user = options.user ?? env.PGUSER ?? 'root';
      const database = options.database ?? env.PGDATABASE ?? user;
      const out = new Output(stdout);
      await out.head();
      // Every server has a database of this name, and nothing in it.
      if (database !== 'postgres' || own === 'postgres') {
        const { socket, password } = servers.local();
        session = await Session.connect(socket, { user, database, password });
        await dump(session, options, out);
      }
      await out.tail();
      return 0;
    } catch (error) {
      stderr.write(`${wordsFor(error)}\n`);
      return failed;
    } finally {
      session?.close();
    }
  };
}

function wordsFor(error: unknown): string {
  if (error instanceof DumpUsageError) return error.message;
  if (error instanceof QueryFailed) return `pg_dump: error: query failed: ${error.message.trimEnd()}`;
  if (!(error instanceof ConnectionRefused)) throw error;
  return `pg_dump: error: connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: ${error.message}`;
}

async function dump(session: Session, { snapshot }: DumpOptions, out: Output): Promise<void> {
  const begin = 'BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY';
  await ask(session, snapshot === undefined ? begin : `${begin}; SET TRANSACTION SNAPSHOT '${snapshot}'`);
  const [extension] = await look(session, extensionQuery);
  if (extension) await out.statement('CREATE EXTENSION IF NOT EXISTS timescaledb WITH SCHEMA public');
  const tables = await look(session, tablesQuery);
  for (const [oid = '', name = '', owner = ''] of tables) {
    const columns = (await look(session, columnsQuery(oid))).map(([column]) => `    ${column}`);
    await out.statement(`CREATE TABLE ${name} (\n${columns.join(',\n')}\n)`);
    await out.statement(`ALTER TABLE ${name} OWNER TO ${owner}`);
    const [dimension] = extension ? await look(session, dimensionQuery(oid)) : [];
    if (dimension) {
      const [column, interval] = dimension.map(literal);
      await out.statement(
        `SELECT create_hypertable(${literal(name)}, ${column}, chunk_time_interval => interval ${interval}, create_default_indexes => false)`,
      );
    }
  }
  for (const [, name = ''] of tables) await rows(session, name, out);
  for (const [oid = ''] of tables) {
    for (const [statement = ''] of await look(session, afterwardsQuery(oid))) await out.statement(statement);
  }
  await ask(session, 'COMMIT');
}

async function rows(session: Session, name: string, out: Output): Promise<void> {
  await ask(session, `DECLARE rows CURSOR FOR SELECT * FROM ${name}`);
  for (;;) {
    const fetched = await ask(session, `FETCH ${rowsPerFetch} FROM rows`);
    for (let from = 0; from < fetched.length; from += rowsPerInsert) {
      const values = fetched.slice(from, from + rowsPerInsert).map((cells) => `\t(${cells.map(literal).join(', ')})`);
      await out.statement(`INSERT INTO ${name} VALUES\n${values.join(',\n')}`);
    }
    if (fetched.length < rowsPerFetch) break;
  }
  await ask(session, 'CLOSE rows');
}

/** What the catalog says. */
async function look(session: Session, sql: string): Promise<string[][]> {
  return (await ask(session, sql)).map((cells) => cells.map((cell) => cell ?? ''));
}

async function ask(session: Session, sql: string): Promise<(readonly (string | null)[])[]> {
  const cells: (readonly (string | null)[])[] = [];
  let error: string | undefined;
  for await (const answer of session.query(sql)) {
    if (answer.type === 'row') cells.push(answer.cells);
    if (answer.type === 'error') error ??= wordsOf(answer.words, sql);
  }
  if (error !== undefined) throw new QueryFailed(error);
  return cells;
}

function literal(value: string | null): string {
  return value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`;
}

/** A dump as it is written, no faster than it is read. */
class Output {
  readonly #stdout: Writable;

  constructor(stdout: Writable) {
    this.#stdout = stdout;
  }

  async head(): Promise<void> {
    await this.#write(
      [
        '--\n-- PostgreSQL database dump\n--\n',
        `-- Dumped from database version ${version}\n-- Dumped by pg_dump version ${version}`,
        '-- Written by the embedded replica: rows as INSERT\n',
        "SET statement_timeout = 0;\nSET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\n\n",
      ].join('\n'),
    );
  }

  async statement(sql: string): Promise<void> {
    await this.#write(`${sql};\n\n`);
  }

  async tail(): Promise<void> {
    await this.#write('--\n-- PostgreSQL database dump complete\n--\n\n');
  }

  async #write(text: string): Promise<void> {
    if (!this.#stdout.write(text)) await once(this.#stdout, 'drain');
  }
}
