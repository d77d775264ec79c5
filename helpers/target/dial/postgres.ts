import pg from 'pg';
import type { DatabaseConfig } from '../../config/schema.ts';
import { addressName } from '../address.ts';
import type { Credentials } from '../credentials.ts';
import { unobservable } from '../errors.ts';
import type { Target } from '../target.ts';
import { throughReplacement } from './replacement.ts';

/** A lock that lasts longer is somebody's migration: it must not wait behind a reader of ours. */
const lockTimeoutMs = 1000;

/** One connection that can only read. */
export interface Database {
  /** The rows of one query, run in a read-only transaction of its own with time-outs. Throws `Unobservable`. */
  query<Row extends pg.QueryResultRow>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

/**
 * Connects to a database through a tunnel, as `telemetry-verify` in pg_stat_activity. Queries that are asked for at the
 * same time run one after another; one whose connection breaks is asked again on a new one, until the deadline.
 * Throws `Unobservable`: unauthorized, forbidden, unreachable, or a time-out after the target's deadline.
 */
export async function connectPostgres(
  target: Target,
  config: DatabaseConfig,
  credentials: Credentials,
): Promise<Database> {
  const database = new ReadOnlyDatabase(target, config, credentials);
  await database.query('SELECT 1');
  return database;
}

/** A session that stays in one transaction and sees one moment of the database. */
export interface SnapshotSession extends Pick<Database, 'query'>, AsyncDisposable {}

/**
 * Opens a session within a read-only transaction of one snapshot, for reading that takes its time: `pg_export_snapshot`
 * lets others see the same. Disposing it ends the transaction. Throws `Unobservable`.
 *
 * @param patienceSeconds what one statement may take
 */
export async function openSnapshot(
  target: Target,
  config: DatabaseConfig,
  credentials: Credentials,
  patienceSeconds: number,
): Promise<SnapshotSession> {
  const what = `database ${config.database} on ${addressName(config)}`;
  const attempt = async <T>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      throw unobservable(error, what);
    }
  };
  const client = await attempt(() => newClient(target, config, credentials, patienceSeconds * 1000));
  // Whoever waits for a query learns of it.
  client.on('error', () => {});
  const session: SnapshotSession = {
    query: (sql, parameters = []) => attempt(async () => (await client.query(sql, [...parameters])).rows),
    [Symbol.asyncDispose]: () => client.end(),
  };
  try {
    await session.query(
      `BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = ${patienceSeconds * 1000};
       SET LOCAL lock_timeout = ${lockTimeoutMs}; SET LOCAL idle_in_transaction_session_timeout = 0`,
    );
    return session;
  } catch (error) {
    await client.end();
    throw error;
  }
}

async function newClient(
  target: Target,
  config: DatabaseConfig,
  credentials: Credentials,
  queryTimeoutMs: number,
): Promise<pg.Client> {
  const socket = await target.dial(config);
  const client = new pg.Client({
    stream: () => socket,
    pipeline: true,
    user: credentials.username,
    password: credentials.password.reveal(),
    database: config.database,
    application_name: 'telemetry-verify',
    connectionTimeoutMillis: target.kube.transport.deadlineSeconds * 1000,
    // The server's own time-out comes first and says more; this one is for a server that has stopped to answer.
    query_timeout: queryTimeoutMs + 1000,
  });
  try {
    await client.connect();
    return client;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

class ReadOnlyDatabase implements Database {
  readonly #target: Target;
  readonly #config: DatabaseConfig;
  readonly #credentials: Credentials;
  #client: pg.Client | undefined;
  /** Ends when the queries asked for so far have ended. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(target: Target, config: DatabaseConfig, credentials: Credentials) {
    this.#target = target;
    this.#config = config;
    this.#credentials = credentials;
  }

  query<Row extends pg.QueryResultRow>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    const patience = this.#deadlineMs / 1000;
    const attempt = () => this.#query<Row>(sql, parameters);
    const answer = this.#queue.then(() => throughReplacement(patience, attempt));
    this.#queue = answer.catch(() => {});
    return answer;
  }

  async close(): Promise<void> {
    await this.#queue;
    const client = this.#client;
    this.#client = undefined;
    await client?.end();
  }

  async #query<Row extends pg.QueryResultRow>(sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    const what = `database ${this.#config.database} on ${addressName(this.#config)}`;
    try {
      this.#client ??= await this.#connect();
      return await this.#readOnly<Row>(this.#client, sql, parameters);
    } catch (error) {
      throw unobservable(error, what);
    }
  }

  async #readOnly<Row extends pg.QueryResultRow>(
    client: pg.Client,
    sql: string,
    parameters: readonly unknown[],
  ): Promise<Row[]> {
    // Sent together, so that a query costs a distant database one round trip and not three. What the server refuses it
    // rolls back at COMMIT; after a refused BEGIN there is nothing to roll back, and what is asked here only reads.
    const answers = await Promise.allSettled([
      client.query(
        `BEGIN TRANSACTION READ ONLY; SET LOCAL statement_timeout = ${this.#deadlineMs}; SET LOCAL lock_timeout = ${lockTimeoutMs}`,
      ),
      client.query<Row>(sql, [...parameters]),
      client.query('COMMIT'),
    ]);
    const failures = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
    // What the server refused leaves the connection whole; anything else leaves it in an unknown state.
    if (failures.some((error) => !(error instanceof pg.DatabaseError))) this.#discard(client);
    if (failures.length > 0) throw failures[0];
    const [, { value }] = answers as [unknown, PromiseFulfilledResult<pg.QueryResult<Row>>, unknown];
    return value.rows;
  }

  async #connect(): Promise<pg.Client> {
    const client = await newClient(this.#target, this.#config, this.#credentials, this.#deadlineMs);
    client.on('error', () => this.#discard(client));
    return client;
  }

  get #deadlineMs(): number {
    return this.#target.kube.transport.deadlineSeconds * 1000;
  }

  #discard(client: pg.Client): void {
    if (this.#client === client) this.#client = undefined;
    client.connection.stream.destroy();
  }
}
