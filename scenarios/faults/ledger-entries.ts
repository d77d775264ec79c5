import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { EntryKind, LedgerEntry } from '../../helpers/ledger/entry.ts';
import { ledgerFile, readLedger } from '../../helpers/ledger/ledger.ts';
import type { FaultTarget } from './fault.ts';
import type { Planting } from './planting.ts';

export const ofTheLedger = 'the ledger lies beside the replica’s kubeconfig; another cluster’s is the operator’s own';

/** Path of the replica's own ledger. */
async function ledgerOf({ kubeconfig, core }: FaultTarget): Promise<string> {
  const { metadata } = await core.readNamespace({ name: 'kube-system' });
  return ledgerFile(join(dirname(kubeconfig), 'ledger'), metadata?.uid ?? '');
}

export async function entriesOf<Entry extends LedgerEntry>(
  target: FaultTarget,
  kind: EntryKind<Entry>,
): Promise<readonly Entry[]> {
  return (await readLedger(await ledgerOf(target))).entries(kind);
}

/** Notes entries behind those there are, whatever they hold, and plants the way back; what others note meanwhile stays. */
export async function noteEntries(target: FaultTarget, { undo }: Planting, entries: readonly object[]): Promise<void> {
  const file = await ledgerOf(target);
  const lines = entries.map((entry) => `\n${JSON.stringify(entry)}\n`).join('');
  undo(async () => writeFile(file, (await readFile(file, 'utf8')).replace(lines, '')));
  await appendFile(file, lines);
}

/** Changes lines of the ledger, or leaves them out, and plants the way back; what others note meanwhile stays. */
export async function rewriteLedger(
  target: FaultTarget,
  { undo }: Planting,
  change: (line: string) => string | undefined,
): Promise<void> {
  const file = await ledgerOf(target);
  const before = await readFile(file, 'utf8');
  const after = before
    .split('\n')
    .flatMap((line) => change(line) ?? [])
    .join('\n');
  undo(async () => writeFile(file, before + (await readFile(file, 'utf8')).slice(after.length)));
  await writeFile(file, after);
}
