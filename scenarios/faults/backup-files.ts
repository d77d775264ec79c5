import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type BackupEntry, backupEntry } from '../../helpers/backup/entry.ts';
import { ledgerFile, readLedger } from '../../helpers/ledger/ledger.ts';
import type { FaultTarget } from './fault.ts';
import type { Planting } from './planting.ts';

/** What a replica has of backups: its ledger, and the newest backup that this knows. */
export interface BackupFiles {
  readonly ledger: string;
  readonly entry: BackupEntry;
  readonly file: string;
}

/** Throws when the replica has no backup: `npm run backup` gives it one. */
export async function backupFiles({ kubeconfig, core }: FaultTarget): Promise<BackupFiles> {
  const home = dirname(kubeconfig);
  const { metadata } = await core.readNamespace({ name: 'kube-system' });
  const ledger = ledgerFile(join(home, 'ledger'), metadata?.uid ?? '');
  const entry = (await readLedger(ledger)).entries(backupEntry).at(-1);
  if (entry === undefined) throw new Error(`the replica has no backup: ${ledger} knows none`);
  return { ledger, entry, file: join(home, 'backups', entry.file) };
}

/** Changes a file, and plants the way back. */
export async function changeFile({ undo }: Planting, file: string, change: (bytes: Buffer) => Buffer): Promise<Buffer> {
  const before = await readFile(file);
  undo(() => writeFile(file, before));
  const after = change(before);
  await writeFile(file, after);
  return after;
}

/** Changes what the ledger says of its backups, or leaves it out, and plants the way back; what others note meanwhile stays. */
export async function changeEntries(
  { undo }: Planting,
  ledger: string,
  change: (entry: BackupEntry) => object | undefined,
): Promise<void> {
  const before = await readFile(ledger, 'utf8');
  const after = before
    .split('\n')
    .flatMap((line) => {
      if (!line.includes('"kind":"backup"')) return [line];
      const changed = change(JSON.parse(line));
      return changed === undefined ? [] : [JSON.stringify(changed)];
    })
    .join('\n');
  undo(async () => writeFile(ledger, before + (await readFile(ledger, 'utf8')).slice(after.length)));
  await writeFile(ledger, after);
}

/** What the ledger would say of these bytes. */
export function noted(entry: BackupEntry, bytes: Buffer): BackupEntry {
  return { ...entry, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
