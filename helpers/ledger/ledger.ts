import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Unobservable } from '../unobservable.ts';
import type { EntryKind, LedgerEntry } from './entry.ts';

/** The memory of daily checks: what was noted of one cluster, oldest first. */
export interface Ledger {
  /** Path of its file. */
  readonly file: string;
  /** Entries of a kind in the order in which they were noted. Throws `Unobservable` when one of them cannot be understood. */
  entries<Entry extends LedgerEntry>(kind: EntryKind<Entry>): readonly Entry[];
  /** Lines that are no entry at all, as a process leaves that was killed while it wrote: by number, from 1. */
  readonly tornLines: readonly number[];
}

/** The ledger of a cluster, which is known by the UID of its namespace kube-system. */
export function ledgerFile(directory: string, clusterUid: string): string {
  return join(directory, `${clusterUid}.jsonl`);
}

/** Reads a ledger; one that does not exist is empty. Throws `Unobservable` for a file that cannot be read. */
export async function readLedger(file: string): Promise<Ledger> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new Unobservable('forbidden', `the ledger ${file} cannot be read: ${error.code}`, {
      hint: 'ledger.directory in migration.yaml names where ledgers lie',
      cause: error,
    });
  });
  const lines = text
    .split('\n')
    .map((line, index) => ({ number: index + 1, entry: parsed(line), isBlank: line === '' }));
  const entries = lines.flatMap(({ number, entry }) => (entry === undefined ? [] : [{ number, entry }]));
  return {
    file,
    tornLines: lines.filter(({ entry, isBlank }) => entry === undefined && !isBlank).map(({ number }) => number),
    entries: ({ kind, schema }) =>
      entries
        .filter(({ entry }) => entry.kind === kind)
        .map(({ number, entry }) => {
          const { data, error } = schema.safeParse(entry);
          if (data !== undefined) return data;
          const [issue] = error?.issues ?? [];
          const why = issue === undefined ? '' : `: ${issue.path.join('.')}: ${issue.message}`;
          throw new Unobservable('history', `${file}:${number} is no ${kind} that this suite understands${why}`, {
            hint: 'A later version may have written it. Lines are never changed: move the file away to begin anew.',
          });
        }),
  };
}

function parsed(line: string): LedgerEntry | undefined {
  try {
    const data: unknown = JSON.parse(line);
    return isEntry(data) ? data : undefined;
  } catch {
    return undefined;
  }
}

function isEntry(data: unknown): data is LedgerEntry {
  return typeof data === 'object' && data !== null && 'kind' in data && 'at' in data;
}

/**
 * Notes an entry: one line, written at once behind all others, on disk when this resolves. Two processes may do so at
 * the same time, and one that is killed meanwhile spoils its own line at most.
 * Throws the file system's error when it cannot be kept.
 */
export async function appendEntry<Entry extends LedgerEntry>(
  file: string,
  { schema }: EntryKind<Entry>,
  entry: Entry,
): Promise<void> {
  // A blank line before it: what a killed process left unfinished does not run into it.
  const line = `\n${JSON.stringify(schema.parse(entry))}\n`;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await using handle = await open(file, 'a', 0o600);
  const bytes = Buffer.from(line);
  const { bytesWritten } = await handle.write(bytes);
  if (bytesWritten < bytes.length)
    throw new Error(`${file}: only ${bytesWritten} of ${bytes.length} bytes were written; is the disk full?`);
  await handle.sync();
}
