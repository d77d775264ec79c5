import { type Duplex, duplexPair } from 'node:stream';
import type { Command, ContainerContext, Program } from '../program.ts';
import { prepareEmptyCluster } from './empty-cluster.ts';
import { logLine } from './front.ts';
import { type InstanceOptions, PostgresInstance } from './instance.ts';
import { pgDump } from './pg-dump/pg-dump.ts';
import { psql } from './psql/psql.ts';

const dataPath = '/var/lib/postgresql/data';
const initPath = '/docker-entrypoint-initdb.d/';

/** What a replica's database holds at its birth beyond what its manifests say: migrations applied long ago, history. */
interface DatabaseBirth {
  readonly sql: readonly string[];
  readonly sqlAtStart?: readonly string[];
  readonly history?: InstanceOptions['history'];
}

export interface PostgresProgramOptions {
  readonly cacheDirectory: string;
  /** Asked once, when a data volume is empty. */
  birth(context: ContainerContext, database: string): DatabaseBirth;
}

/**
 * The official images `postgres` and `timescale/timescaledb`: POSTGRES_DB, POSTGRES_PASSWORD and the scripts in
 * /docker-entrypoint-initdb.d make an empty data volume into a database. The server process belongs to the volume.
 */
export interface PostgresProgram extends Program, AsyncDisposable {
  /** Stops the server of the database in mid-air, or lets it go on. Does nothing where no such server runs. */
  freeze(database: string, frozen: boolean): Promise<void>;
}

export function postgresProgram(options: PostgresProgramOptions): PostgresProgram {
  const instances = new Map<Map<string, unknown>, Promise<PostgresInstance>>();
  const byDatabase = new Map<string, Promise<PostgresInstance>>();
  const cluster = prepareEmptyCluster(options.cacheDirectory);
  // Whoever needs it first hears of it.
  cluster.catch(() => {});

  const instanceOf = (context: ContainerContext): Promise<PostgresInstance> => {
    const volume = context.volume(dataPath);
    const running = instances.get(volume);
    if (running) return running;
    const database = context.env.POSTGRES_DB ?? 'postgres';
    const birth = options.birth(context, database);
    const scripts = [...context.files].filter(([path]) => path.startsWith(initPath) && path.endsWith('.sql')).sort();
    const timescale = context.image.includes('timescaledb');
    const instance = {
      database,
      timescale,
      password: context.env.POSTGRES_PASSWORD ?? '',
      // The image of TimescaleDB creates its extension before any script runs.
      sql: [
        ...(timescale ? ['CREATE EXTENSION IF NOT EXISTS timescaledb'] : []),
        ...scripts.map(([, sql]) => sql),
        ...birth.sql,
      ],
      sqlAtStart: birth.sqlAtStart ?? [],
      ...(birth.history ? { history: birth.history } : {}),
      cacheDirectory: options.cacheDirectory,
    };
    const starting = cluster.then(() => PostgresInstance.start(instance));
    instances.set(volume, starting);
    byDatabase.set(database, starting);
    return starting;
  };

  return {
    async run(context) {
      const server = await instanceOf(context);
      const pid1 = (words: string, at?: Date) => context.log(logLine(1, 'LOG', words, at), at);
      server.onLog = (line) => context.log(line);
      const open = new Set<Duplex>();
      pid1('starting PostgreSQL 17.5 on x86_64-pc-linux-musl, 64-bit', context.startedAt);
      using _port = context.listen(5432, (socket) => {
        open.add(socket);
        socket.once('close', () => open.delete(socket));
        server.accept(socket);
      });
      pid1('database system is ready to accept connections', context.startedAt);
      await new Promise<void>((resolve) => {
        if (context.signal.aborted) resolve();
        context.signal.addEventListener('abort', () => resolve(), { once: true });
      });
      pid1('received fast shutdown request');
      for (const socket of open) socket.destroy();
      pid1('database system is shut down');
      return 0;
    },

    commands: {
      psql: async (argv, io, context) => {
        const server = await instanceOf(context);
        const run = psql({
          local: () => localTo(server),
          remote: (host, port) => context.dial(host, port),
        });
        return run(argv, io, context);
      },
      pg_dump: async (argv, io, context) => {
        const server = await instanceOf(context);
        const own = context.env.POSTGRES_DB ?? 'postgres';
        return pgDump(own, { local: () => localTo(server) })(argv, io, context);
      },
      pg_isready: async (_argv, io, context) => {
        const serving = instances.has(context.volume(dataPath));
        io.stdout.write(`/var/run/postgresql:5432 - ${serving ? 'accepting connections' : 'no response'}\n`);
        return serving ? 0 : 2;
      },
    } satisfies Record<string, Command>,

    cpuCores: 0.011,
    memoryBytes: () => 180 * 2 ** 20,

    async freeze(database, frozen) {
      const instance = await byDatabase.get(database);
      if (frozen) instance?.freeze();
      else instance?.thaw();
    },

    async [Symbol.asyncDispose]() {
      const started = await Promise.allSettled(instances.values());
      await Promise.all(
        started.map((each) => (each.status === 'fulfilled' ? each.value[Symbol.asyncDispose]() : undefined)),
      );
    },
  };
}

/** As who is in the pod comes in, over the Unix socket. */
function localTo(server: PostgresInstance): { socket: Duplex; password: string } {
  const [near, far] = duplexPair();
  server.accept(far);
  return { socket: near, password: server.localSecret };
}
