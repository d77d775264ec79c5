import pg from 'pg';
import { expect, test } from 'vitest';
import { dockerWith } from '../helpers/docker/image.ts';
import { queries } from '../helpers/scratch-database/queries.ts';
import { type ScratchDatabase, scratchDatabase } from '../helpers/scratch-database/scratch-database.ts';
import { Unobservable } from '../helpers/unobservable.ts';
import { embeddedScratchDatabase } from '../replica/scratch-database.ts';
import { pinnedImage } from './images.ts';
import { type Absent, contract, type Opened, type Subject } from './suite.ts';
import { versionOfPostgres } from './systems.ts';

/** A database server may have to be started. */
const startsWithinMs = 60_000;

interface Scratch extends Opened {
  readonly had: ScratchDatabase['had'];
  /** Another one, had the same way. */
  another(): Promise<ScratchDatabase>;
  readonly scratch: ScratchDatabase;
}

contract('A scratch database', [embedded(), onServer(), await inContainer()], (system) => {
  const tables = `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`;

  test('is had as it says, and knows its version', () => {
    const { scratch, had } = system();
    expect(scratch.had).toBe(had);
    expect(scratch.version.postgres).toMatch(/^\d+\.\d+/);
  });

  test('is empty', async () => {
    expect(await system().scratch.db.query(tables)).toEqual([]);
  });

  test('takes a backup: tables, hypertables where it has them, rows', async () => {
    const { db, version } = system().scratch;
    await db.query('CREATE TABLE restored (time timestamptz NOT NULL, value integer)');
    if (version.timescale) await db.query(`SELECT create_hypertable('restored', 'time')`);
    await db.query(`INSERT INTO restored SELECT now() - n * interval '1 day', n FROM generate_series(1, 30) n`);
    expect(await db.query('SELECT count(*)::int AS rows, max(value) AS most FROM restored')).toEqual([
      { rows: 30, most: 30 },
    ]);
  });

  test(
    'shares nothing with another one, and is gone with its scope',
    async () => {
      const another = await system().another();
      await another.db.query('CREATE TABLE only_here (n integer)');
      expect(await another.db.query(tables)).toEqual([{ table_name: 'only_here' }]);
      const names = await system().scratch.db.query<{ table_name: string }>(tables);
      expect(names.map(({ table_name }) => table_name)).not.toContain('only_here');
      await another[Symbol.asyncDispose]();
      await expect(another.db.query('SELECT 1')).rejects.toThrow();
      if (another.url !== undefined) await expect(new pg.Client(another.url).connect()).rejects.toThrow();
    },
    startsWithinMs,
  );
});

async function opened(had: ScratchDatabase['had'], open: () => Promise<ScratchDatabase>): Promise<Scratch> {
  const scratch = await open();
  const version = await versionOfPostgres(scratch.db);
  return { had, scratch, version, another: open, [Symbol.asyncDispose]: () => scratch[Symbol.asyncDispose]() };
}

function embedded(): Subject<Scratch> {
  return { name: 'the replica', how: 'double', open: () => opened('embedded', embeddedScratchDatabase) };
}

/** The server of the other contracts, and its own version. */
function onServer(): Subject<Scratch> | Absent {
  const url = process.env.CONTRACT_POSTGRES_URL;
  const name = 'a real server';
  if (url === undefined) return { name, absent: 'set CONTRACT_POSTGRES_URL' };
  const open = async () => {
    const client = new pg.Client(url);
    await client.connect();
    const [row] = await queries(client).query<{ postgres: number; timescale: string | null }>(
      `SELECT current_setting('server_version_num')::int / 10000 AS postgres,
              (SELECT default_version FROM pg_available_extensions WHERE name = 'timescaledb') AS timescale`,
    );
    await client.end();
    if (row === undefined) throw new Error('one row was asked for');
    const version = { postgres: row.postgres, ...(row.timescale !== null && { timescale: row.timescale }) };
    return opened('server', () => scratchDatabase({ version, env: { SCRATCH_POSTGRES_URL: url } }));
  };
  return { name, how: 'address', open };
}

async function inContainer(): Promise<Subject<Scratch> | Absent> {
  const name = 'TimescaleDB';
  const image = await pinnedImage('timescale/timescaledb');
  const [, timescale = '', postgres] = /:(\d+\.\d+\.\d+)-pg(\d+)$/.exec(image) ?? [];
  try {
    await dockerWith(image);
  } catch (error) {
    if (error instanceof Unobservable) return { name, absent: error.message };
    throw error;
  }
  const version = { postgres: Number(postgres), timescale };
  return {
    name,
    how: 'testcontainers',
    open: () => opened('container', () => scratchDatabase({ version, env: {} })),
  };
}
