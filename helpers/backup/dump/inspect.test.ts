import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inspectDump } from './inspect.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'inspect-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function inspect(bytes: Buffer | string) {
  const file = join(directory, 'dump');
  await writeFile(file, bytes);
  return inspectDump(file);
}

const head = '--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version 16.4 (Debian)\n\nSET x = 1;\n';
const tail = '--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict abc\n';
const rows = Array.from({ length: 5_000 }, (_, index) => `2026-11-20\t${(index * 7919) % 100_003}\n`).join('');
const body = `CREATE TABLE public.heatpump (ts timestamptz);
CREATE TABLE _timescaledb_internal._hyper_1_1_chunk (ts timestamptz);
CREATE TABLE metrics."odd name" (a int);
COPY _timescaledb_internal._hyper_1_1_chunk (ts, v) FROM stdin;
${rows}\\.
`;
const dump = gzipSync(head + body + tail);

test('a whole dump: its tables, without what TimescaleDB keeps for itself', async () => {
  expect(await inspect(dump)).toMatchObject({
    isDump: true,
    isComplete: true,
    isEmpty: false,
    holdsRows: true,
    isReplicas: false,
    serverVersion: '16.4',
    tables: ['heatpump', 'metrics.odd name'],
    bytes: dump.length,
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

test('an uncompressed dump is one too', async () => {
  expect(await inspect(head + body + tail)).toMatchObject({
    isComplete: true,
    tables: ['heatpump', 'metrics.odd name'],
  });
});

test('the checksum is of the whole file, also where it breaks off early', async () => {
  const { createHash } = await import('node:crypto');
  const damaged = Buffer.from(dump);
  damaged.fill(0x55, 40, 80);
  const { sha256 } = await inspect(damaged);
  expect(sha256).toBe(createHash('sha256').update(damaged).digest('hex'));
});

describe('what is not whole', () => {
  test('compressed, and cut off', async () => {
    expect((await inspect(dump.subarray(0, dump.length / 2))).broken?.how).toBe('cut');
    expect((await inspect(dump.subarray(0, dump.length - 4))).broken?.how).toBe('cut');
  });

  test('the dump was cut off before it was compressed', async () => {
    const facts = await inspect(gzipSync(head + body.slice(0, body.length / 2)));
    expect(facts.broken).toEqual({
      how: 'cut',
      words: expect.stringContaining('within the rows of _timescaledb_internal'),
    });
    expect(await inspect(gzipSync(head))).toMatchObject({ isDump: true, isComplete: false });
  });

  test('damaged in its middle, or in its checksum', async () => {
    const middle = Buffer.from(dump);
    middle.fill(0x55, 5_000, 5_064);
    expect((await inspect(middle)).broken?.how).toBe('corrupt');
    const end = Buffer.from(dump);
    end.writeUInt32LE(0, dump.length - 8);
    expect((await inspect(end)).broken?.how).toBe('corrupt');
  });

  test('empty, compressed or not', async () => {
    expect(await inspect('')).toMatchObject({ isEmpty: true, bytes: 0 });
    expect(await inspect(gzipSync(''))).toMatchObject({ isEmpty: true });
  });

  test('something else', async () => {
    expect(await inspect('error: pod not found\n')).toMatchObject({ isDump: false });
  });

  test('a dump of a database without tables', async () => {
    expect(await inspect(gzipSync(head + tail))).toMatchObject({ isComplete: true, tables: [], holdsRows: false });
  });
});

test('a line among the rows that looks like the last one of a dump does not make it complete', async () => {
  const text = `${head}COPY t (a) FROM stdin;\n-- PostgreSQL database dump complete\n\\.\n`;
  expect(await inspect(gzipSync(text))).toMatchObject({ isComplete: false });
});

test('a file that is not there is the file system’s error', async () => {
  await expect(inspectDump(join(directory, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
});
