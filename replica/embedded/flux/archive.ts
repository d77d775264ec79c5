import { createHash } from 'node:crypto';
import { createTarGzip, parseTarGzip } from 'nanotar';
import type { Files } from './content.ts';

/** What source-controller keeps of a commit: its files as a gzipped tar, the same bytes for the same files. */
export async function archiveOf(files: Files): Promise<Buffer> {
  const entries = [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, data]) => ({ name, data }));
  return Buffer.from(await createTarGzip(entries, { attrs: { mtime: 0 } }));
}

export async function unpacked(archive: Buffer): Promise<Files> {
  const entries = await parseTarGzip(archive);
  return new Map(entries.filter(({ type }) => type === 'file').map(({ name, text }) => [name, text]));
}

export function digestOf(archive: Buffer): string {
  return `sha256:${createHash('sha256').update(archive).digest('hex')}`;
}
