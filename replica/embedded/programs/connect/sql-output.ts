import type { ContainerContext } from '../../program.ts';
import { PostgresConnection } from '../clients/postgres.ts';
import { dialError } from './go-errors.ts';
import { type Json, sinkMappings } from './mappings.ts';
import type { SinkFile } from './stream-file.ts';

/** sql_insert and sql_raw: one statement a record. */
export class SqlOutput implements AsyncDisposable {
  readonly type: 'sql_insert' | 'sql_raw';
  readonly #table: string;
  readonly #statement: string;
  readonly #connection: PostgresConnection;
  readonly #host: string;
  readonly #port: number;

  constructor(container: ContainerContext, output: SinkFile['output']) {
    if ('sql_insert' in output) {
      const { table, columns } = output.sql_insert;
      this.type = 'sql_insert';
      this.#table = table;
      const values = columns.map((_, index) => `$${index + 1}`);
      this.#statement = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${values.join(', ')})`;
    } else {
      this.type = 'sql_raw';
      this.#statement = output.sql_raw.query;
      this.#table = /insert into (\w+)/i.exec(this.#statement)?.[1] ?? '';
    }
    const { dsn } = 'sql_insert' in output ? output.sql_insert : output.sql_raw;
    const url = new URL(dsn);
    this.#host = url.hostname;
    this.#port = Number(url.port || 5432);
    this.#connection = new PostgresConnection(container, {
      host: this.#host,
      port: this.#port,
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      database: url.pathname.slice(1),
    });
  }

  /** Rejects with an Error whose message is what the Go program prints. */
  async insert(value: Buffer): Promise<void> {
    const mapping = sinkMappings[this.#table];
    if (!mapping) throw new Error(`no mapping for table ${this.#table}`);
    let record: Json;
    try {
      record = JSON.parse(value.toString()) as Json;
    } catch {
      throw new Error('failed to execute args mapping: failed to parse message as JSON');
    }
    try {
      await this.#connection.query(this.#statement, mapping(record));
    } catch (error) {
      throw new Error(databaseError(error, this.#host, this.#port));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection[Symbol.asyncDispose]();
  }
}

function databaseError(error: unknown, host: string, port: number): string {
  const isServers = error instanceof Error && 'severity' in error;
  return isServers ? `pq: ${error.message}` : dialError(error, host, port);
}
