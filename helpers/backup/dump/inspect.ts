import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { DumpFacts } from '../observed.ts';
import { DumpCut, dumpPieces } from './pieces.ts';

/** RFC 1952, section 2.3.1. */
const gzipMagic = Buffer.from([0x1f, 0x8b]);

/** How the embedded replica's pg_dump heads a dump that its own engine can take back. */
const ownHead = 'Written by the embedded replica: rows as INSERT';

/**
 * Reads a dump from its first byte to its last, at bounded memory: whether its compression and its text are whole, and
 * what it holds. Throws the file system's errors.
 */
export async function inspectDump(file: string): Promise<DumpFacts> {
  const { size, mtime } = await stat(file);
  const hash = createHash('sha256');
  const reading = new Reading();
  let broken: DumpFacts['broken'];
  try {
    for await (const piece of dumpPieces(unpacked(file, (chunk) => hash.update(chunk)))) {
      if (piece.kind === 'comment') reading.comment(piece.text);
      if (piece.kind === 'statement') reading.statement(piece.sql);
      if (piece.kind !== 'copy') continue;
      for await (const rows of piece.rows) reading.rows(rows);
    }
  } catch (error) {
    broken = brokenBy(error);
    // What comes after the place where it broke belongs to the file all the same.
    return { ...(await whole(file)), bytes: size, modifiedAt: mtime.toISOString(), ...reading.facts, broken };
  }
  return { sha256: hash.digest('hex'), bytes: size, modifiedAt: mtime.toISOString(), ...reading.facts };
}

/** The dump's text, whether or not it is compressed. */
export async function* unpacked(file: string, look: (chunk: Buffer) => void = () => {}): AsyncGenerator<Buffer> {
  const source = createReadStream(file, { highWaterMark: 2 ** 18 });
  try {
    const chunks = source[Symbol.asyncIterator]();
    const first = await chunks.next();
    if (first.done) return;
    const seen = looked(first.value, chunks, look);
    if (!first.value.subarray(0, 2).equals(gzipMagic)) return yield* seen;
    // Without `pipeline` an error of the source would be nobody's.
    yield* Readable.from(seen).compose(createGunzip()) as AsyncIterable<Buffer>;
  } finally {
    source.destroy();
  }
}

async function* looked(
  first: Buffer,
  others: AsyncIterator<Buffer>,
  look: (chunk: Buffer) => void,
): AsyncGenerator<Buffer> {
  for (let next: IteratorResult<Buffer> = { value: first, done: false }; !next.done; next = await others.next()) {
    look(next.value);
    yield next.value;
  }
}

async function whole(file: string): Promise<{ sha256: string }> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return { sha256: hash.digest('hex') };
}

function brokenBy(error: unknown): NonNullable<DumpFacts['broken']> {
  if (error instanceof DumpCut) return { how: 'cut', words: error.message };
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'Z_BUF_ERROR') return { how: 'cut', words: 'its compression ends before its end' };
  if (code?.startsWith('Z_')) return { how: 'corrupt', words: `its compression is damaged: ${message}` };
  throw error;
}

/** What has been read of a dump so far. */
class Reading {
  readonly #tables: string[] = [];
  #textBytes = 0;
  #isDump = false;
  #isComplete = false;
  #isOwn = false;
  #holdsRows = false;
  #serverVersion: string | undefined;

  comment(text: string): void {
    this.#textBytes += text.length;
    if (text === 'PostgreSQL database dump') this.#isDump = true;
    if (text === 'PostgreSQL database dump complete') this.#isComplete = true;
    if (text === ownHead) this.#isOwn = true;
    this.#serverVersion ??= /^Dumped from database version (\S+)/.exec(text)?.[1];
  }

  statement(sql: string): void {
    this.#textBytes += sql.length;
    this.#isComplete = false;
    const created =
      /^CREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?(?<name>(?:"[^"]+"|[^\s(.]+)(?:\.(?:"[^"]+"|[^\s(.]+))?)/;
    const name = created
      .exec(sql)
      ?.groups?.name?.replaceAll('"', '')
      .replace(/^public\./, '');
    if (name !== undefined && !/^_?timescaledb_/.test(name)) this.#tables.push(name);
    if (/^INSERT INTO /.test(sql)) this.#holdsRows = true;
  }

  rows(text: Buffer): void {
    this.#textBytes += text.length;
    this.#isComplete = false;
    this.#holdsRows = true;
  }

  get facts(): Omit<DumpFacts, 'sha256' | 'bytes' | 'modifiedAt' | 'broken'> {
    return {
      isEmpty: this.#textBytes === 0,
      isDump: this.#isDump,
      isComplete: this.#isComplete,
      isReplicas: this.#isOwn,
      holdsRows: this.#holdsRows,
      tables: this.#tables,
      ...(this.#serverVersion === undefined ? {} : { serverVersion: this.#serverVersion }),
    };
  }
}
