import { basename } from 'node:path';
import type pg from 'pg';
import type { ContainerContext, Program } from '../program.ts';
import { addressFromEnvironment, postgresClient } from './clients/postgres.ts';
import { pause } from './ended.ts';

const createTable =
  'create table if not exists schema_migrations (version int primary key, name text not null, applied_at timestamptz not null default now())';

/** `sh /scripts/migrate.sh` of the migration Jobs: applies /migrations/*.sql in order, each once, in a transaction. */
export const migrationProgram: Program = {
  async run(context) {
    const client = await connect(context);
    if (!client) return 143;
    try {
      await client.query(createTable);
      for (const [path, sql] of migrationFiles(context.files)) await apply(client, path, sql, context);
      context.log('all migrations applied');
      return 0;
    } catch (error) {
      context.log(`psql: ERROR:  ${(error as Error).message}`);
      return 3;
    } finally {
      await client.end().catch(() => {});
    }
  },
};

/** `until pg_isready`: waits for the database as long as it takes. */
async function connect(context: ContainerContext): Promise<pg.Client | undefined> {
  while (!context.signal.aborted) {
    const client = postgresClient(context, addressFromEnvironment(context));
    try {
      await client.connect();
      return client;
    } catch {
      await client.end().catch(() => {});
      await pause(1_000, context.signal);
    }
  }
  return undefined;
}

/** /migrations/NNN_name.sql in the order of their names. */
function migrationFiles(files: ReadonlyMap<string, string>): [path: string, sql: string][] {
  return [...files].filter(([path]) => /^\/migrations\/\d+_.*\.sql$/.test(path)).sort(([a], [b]) => (a < b ? -1 : 1));
}

async function apply(client: pg.Client, path: string, sql: string, { log }: ContainerContext): Promise<void> {
  const file = basename(path, '.sql');
  const [, number = '', name = ''] = /^(\d+)_(.*)$/.exec(file) ?? [];
  const version = Number(number);
  const { rowCount } = await client.query('select 1 from schema_migrations where version = $1', [version]);
  if (rowCount) return log(`migration ${file} is already applied`);
  await client.query('begin');
  await client.query(sql);
  await client.query('insert into schema_migrations (version, name) values ($1, $2)', [version, name]);
  await client.query('commit');
  log(`migration ${file} applied`);
}
