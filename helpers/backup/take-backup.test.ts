import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BackupEntry } from './entry.ts';
import { lock } from './lock.ts';
import { shellAbout, shellInto } from './shell.ts';
import { storeBackup } from './store.ts';
import { checkSpace, forgetNote, prepareDirectory, removeUnfinished, unnotedBackup } from './take-backup.ts';
import { writeCompressed } from './write-dump.ts';

let directory: string;
beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'backup-')), 'backups');
  await prepareDirectory(directory);
});
afterEach(() => rm(join(directory, '..'), { recursive: true, force: true }));

const silent = () => {};
const surroundings = () => ({ env: process.env, signal: AbortSignal.timeout(15_000) });

describe('a dump that is written', () => {
  test('is compressed, its owner’s alone, and known by its checksum', async () => {
    const file = join(directory, 'dump.gz');
    const text = 'x'.repeat(2 ** 20);
    const told: number[] = [];
    const written = await writeCompressed(
      file,
      (into) => pipeline(Readable.from([Buffer.from(text)]), into),
      ({ dumpedBytes }) => told.push(dumpedBytes),
    );
    const bytes = await readFile(file);
    expect(gunzipSync(bytes).toString()).toBe(text);
    expect(written).toEqual({ bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(told.at(-1)).toBe(text.length);
  });

  test('fails with what failed: the producer', async () => {
    const producer = async (into: NodeJS.WritableStream & { destroy(): unknown }) => {
      into.write('half');
      into.destroy();
      throw new Error('pg_dump ended with exit code 1');
    };
    const file = join(directory, 'dump.gz');
    await expect(writeCompressed(file, producer, silent)).rejects.toThrow('exit code 1');
  });

  test('or the disk', async () => {
    const file = join(directory, 'missing', 'dump.gz');
    const producer = (into: NodeJS.WritableStream) => pipeline(Readable.from(['x']), into);
    await expect(writeCompressed(file, producer, silent)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('the directory', () => {
  test('is its owner’s alone and ignored by Git', async () => {
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    expect(await readFile(join(directory, '.gitignore'), 'utf8')).toBe('*\n');
  });

  test('loses what an interrupted run left unfinished, and nothing else', async () => {
    await writeFile(join(directory, 'a.sql.gz.part'), 'half');
    await writeFile(join(directory, 'b.sql.gz'), 'whole');
    await removeUnfinished(directory);
    expect((await readdir(directory)).sort()).toEqual(['.gitignore', 'b.sql.gz']);
  });

  test('has to have room for the database', async () => {
    await checkSpace(directory, 1);
    await expect(checkSpace(directory, 2 ** 60)).rejects.toThrow(/has room for .*; the database is/);
  });

  test('is worked in by one at a time; who is gone holds nothing', async () => {
    const file = join(directory, 'backup.lock');
    {
      await using _ = await lock(file, 'a backup');
      await expect(lock(file, 'a backup')).rejects.toThrow(`a backup is being done already, by process ${process.pid}`);
    }
    await writeFile(file, '99999999');
    await using _ = await lock(file, 'a backup');
    expect(await readFile(file, 'utf8')).toBe(String(process.pid));
  });
});

describe('a backup that was dumped and not noted', () => {
  const bytes = gzipSync('-- PostgreSQL database dump\n');
  const entry: BackupEntry = {
    kind: 'backup',
    at: '2026-11-24T03:00:00Z',
    file: 'a.sql.gz',
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
    database: { namespace: 'n', service: 's', database: 'd' },
    sums: { at: '2026-11-24T03:00:00Z', version: { postgres: '16.4' }, tables: [] },
  };
  beforeEach(async () => {
    await writeFile(join(directory, 'a.sql.gz'), bytes);
    await writeFile(join(directory, 'a.sql.gz.json'), JSON.stringify(entry));
  });

  test('is taken up by the next run', async () => {
    expect(await unnotedBackup(directory, () => false)).toEqual(entry);
  });

  test('is not when the ledger has it', async () => {
    expect(await unnotedBackup(directory, (sha256) => sha256 === entry.sha256)).toBeUndefined();
    expect(await readdir(directory)).not.toContain('a.sql.gz.json');
  });

  test('is not when it is damaged or gone', async () => {
    await writeFile(join(directory, 'a.sql.gz'), 'other');
    expect(await unnotedBackup(directory, () => false)).toBeUndefined();
    await writeFile(join(directory, 'a.sql.gz.json'), JSON.stringify(entry));
    await rm(join(directory, 'a.sql.gz'));
    expect(await unnotedBackup(directory, () => false)).toBeUndefined();
  });

  test('leaves no note once it is noted', async () => {
    await forgetNote(directory, entry);
    expect((await readdir(directory)).sort()).toEqual(['.gitignore', 'a.sql.gz']);
  });
});

describe('a command of migration.yaml', () => {
  test('stores a backup, and another sees it there', async () => {
    const file = join(directory, 'name with $(space).gz');
    await writeFile(file, 'bytes');
    const elsewhere = join(directory, 'elsewhere');
    const store = { command: `mkdir ${elsewhere} && cp {file} ${elsewhere}/`, check: `test -f ${elsewhere}/{name}` };
    expect(await storeBackup(file, { store }, surroundings())).toMatch(/^\d{4}-/);
    expect(await readdir(elsewhere)).toEqual(['name with $(space).gz']);
  });

  test('that fails says so, with its words', async () => {
    const store = { command: 'echo no such bucket >&2; exit 3', check: 'true' };
    await expect(storeBackup('/f', { store }, surroundings())).rejects.toThrow(
      'ended with exit code 3: no such bucket',
    );
  });

  test('that stores nothing is found out by the other', async () => {
    const store = { command: 'true', check: 'test -f /no/such/file' };
    await expect(storeBackup('/f', { store }, surroundings())).rejects.toThrow('ended with exit code 1');
  });

  test('of several programs fails when the first does', async () => {
    await expect(shellAbout('/f', 'false | cat', surroundings())).rejects.toThrow('exit code 1');
  });

  test('ends with the run', async () => {
    const signal = AbortSignal.timeout(100);
    await expect(shellAbout('/f', 'sleep 60', { env: process.env, signal })).rejects.toThrow();
  });

  test('fetches what it prints', async () => {
    const file = join(directory, 'fetched');
    await shellInto(file, 'echo dump', surroundings());
    expect(await readFile(file, 'utf8')).toBe('dump\n');
  });
});
