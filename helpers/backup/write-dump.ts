import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { PassThrough, Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

export interface Written {
  readonly sha256: string;
  /** Of the file, compressed. */
  readonly bytes: number;
}

/** How far a dump is: bytes as the database sent them, and as they lie in the file. */
export interface Progress {
  readonly dumpedBytes: number;
  readonly writtenBytes: number;
}

/**
 * What `produce` writes, compressed, in a file that only its owner may read; resolves with its checksum when the file is
 * on the disk. The producer is held up while the disk is behind. Throws what either throws; the file is left half-written.
 */
export async function writeCompressed(
  file: string,
  produce: (into: Writable) => Promise<unknown>,
  progress: (at: Progress) => void,
): Promise<Written> {
  const hash = createHash('sha256');
  let dumpedBytes = 0;
  let writtenBytes = 0;
  const told = () => progress({ dumpedBytes, writtenBytes });
  const source = new PassThrough();
  const dumped = passing((chunk) => {
    dumpedBytes += chunk.length;
    told();
  });
  const compressed = passing((chunk) => {
    writtenBytes += chunk.length;
    hash.update(chunk);
  });
  const written = pipeline(source, dumped, createGzip(), compressed, createWriteStream(file, { mode: 0o600 }));
  // A file that cannot be written is the reason why the producer's stream breaks, and not the other way round.
  const [write, production] = await Promise.allSettled([written, produce(source)]);
  if (production.status === 'rejected' && !isBrokenPipe(production.reason)) throw production.reason;
  if (write.status === 'rejected') throw write.reason;
  await sync(file);
  return { sha256: hash.digest('hex'), bytes: writtenBytes };
}

function passing(look: (chunk: Buffer) => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      look(chunk);
      done(null, chunk);
    },
  });
}

function isBrokenPipe(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return (
    code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ERR_STREAM_DESTROYED' || code === 'ENOSPC' || code === 'EACCES'
  );
}

async function sync(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
