import pg from 'pg';
import { connectLater } from '../../node/socket.ts';
import type { ContainerContext } from '../../program.ts';

export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** An unconnected PostgreSQL client in a container. Its connection errors reach whoever awaits a query. */
export function postgresClient(context: ContainerContext, address: PostgresAddress): pg.Client {
  const { host, port, ...credentials } = address;
  const client = new pg.Client({
    ...credentials,
    // pg asks for a net.Socket and uses what PodSocket has.
    stream: () => connectLater(() => context.dial(host, port)) as never,
    connectionTimeoutMillis: 10_000,
    query_timeout: 30_000,
  });
  client.on('error', () => {});
  return client;
}

/** The address in PGHOST, PGPORT, PGUSER, PGPASSWORD and PGDATABASE. */
export function addressFromEnvironment({ env }: ContainerContext): PostgresAddress {
  return {
    host: env.PGHOST ?? 'localhost',
    port: Number(env.PGPORT ?? 5432),
    user: env.PGUSER ?? 'postgres',
    password: env.PGPASSWORD ?? '',
    database: env.PGDATABASE ?? 'postgres',
  };
}

/** One connection that is made when it is needed and made again after it broke. Queries come one after another. */
export class PostgresConnection implements AsyncDisposable {
  readonly #context: ContainerContext;
  readonly #address: PostgresAddress;
  #client: Promise<pg.Client> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(context: ContainerContext, address: PostgresAddress) {
    this.#context = context;
    this.#address = address;
  }

  /** Rejects with pg's error: a DatabaseError where the server refused the statement, else the connection's. */
  query(text: string, values: readonly unknown[] = []): Promise<pg.QueryResult> {
    const answer = this.#last.then(() => this.#run(text, values));
    this.#last = answer.catch(() => {});
    return answer;
  }

  async #run(text: string, values: readonly unknown[]): Promise<pg.QueryResult> {
    this.#client ??= this.#connect();
    const connecting = this.#client;
    try {
      const client = await connecting;
      return await client.query(text, [...values]);
    } catch (error) {
      if (!(error instanceof pg.DatabaseError) || error.code?.startsWith('57P')) {
        this.#client = undefined;
        void connecting.then((client) => client.end()).catch(() => {});
      }
      throw error;
    }
  }

  #connect(): Promise<pg.Client> {
    const client = postgresClient(this.#context, this.#address);
    const connecting = client.connect().then(() => client);
    // One that ends while nobody asks it anything is known to be dead before the next query.
    client.once('end', () => {
      if (this.#client === connecting) this.#client = undefined;
    });
    return connecting;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    this.#client = undefined;
    await client?.end().catch(() => {});
  }
}
