import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DumpCut, dumpPieces } from './pieces.ts';

/** Comments, statements and rows in order, however the text arrives. */
async function read(text: string, chunkSize = 7): Promise<string[]> {
  async function* chunks() {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += chunkSize) yield bytes.subarray(at, at + chunkSize);
  }
  const read: string[] = [];
  for await (const piece of dumpPieces(chunks())) {
    if (piece.kind === 'copy') {
      const rows: Buffer[] = [];
      for await (const lines of piece.rows) rows.push(lines);
      read.push(`copy ${piece.sql}: ${Buffer.concat(rows)}`);
    } else read.push(`${piece.kind} ${piece.kind === 'statement' ? piece.sql : piece.text}`);
  }
  return read;
}

const dump = `--
-- PostgreSQL database dump
--

\\restrict abc

SET client_encoding = 'UTF8';

-- Name: f(); Type: FUNCTION
CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $_$ SELECT 1; SELECT ';' $_$;
COPY public.heatpump (ts, device_id) FROM stdin;
2026-11-20 12:00:00+00\tå; --
2026-11-20 12:01:00+00\t\\\\.
\\.


INSERT INTO t VALUES ('it''s; $a$ -- no', "x;");
--
-- PostgreSQL database dump complete
--
`;

const pieces = [
  'comment ',
  'comment PostgreSQL database dump',
  'comment ',
  'meta \\restrict abc',
  `statement SET client_encoding = 'UTF8'`,
  'comment Name: f(); Type: FUNCTION',
  `statement CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $_$ SELECT 1; SELECT ';' $_$`,
  'copy COPY public.heatpump (ts, device_id) FROM stdin: 2026-11-20 12:00:00+00\tå; --\n2026-11-20 12:01:00+00\t\\\\.\n',
  `statement INSERT INTO t VALUES ('it''s; $a$ -- no', "x;")`,
  'comment ',
  'comment PostgreSQL database dump complete',
  'comment ',
];

test('a dump is cut into the same pieces, whatever the size in which it arrives', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: dump.length }), async (chunkSize) => {
      expect(await read(dump, chunkSize)).toEqual(pieces);
    }),
    { numRuns: 60 },
  );
});

test('a table without rows has none', async () => {
  expect(await read('COPY t (a) FROM stdin;\n\\.\n\nSELECT 1;\n')).toEqual([
    'copy COPY t (a) FROM stdin: ',
    'statement SELECT 1',
  ]);
});

test('rows that end with the file are whole', async () => {
  expect(await read('COPY t (a) FROM stdin;\n1\n\\.')).toEqual(['copy COPY t (a) FROM stdin: 1\n']);
});

describe('a dump that is cut off', () => {
  test.each([
    ['COPY public.t (a) FROM stdin;\n1\n2', 'within the rows of public.t'],
    [`INSERT INTO t VALUES ('a;\n`, `within a statement: INSERT INTO t VALUES ('a;`],
  ])('says within what: %j', async (text, words) => {
    await expect(read(text)).rejects.toThrow(DumpCut);
    await expect(read(text)).rejects.toThrow(words);
  });
});
