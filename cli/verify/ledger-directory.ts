import { dirname, join, resolve } from 'node:path';
import type { Migration } from '../../helpers/config/schema.ts';
import type { ChosenTarget } from './target.ts';

/** Where the ledgers of a target lie: a replica has its own, in its home beside its kubeconfig, and it goes with it. */
export function ledgerDirectory({ ledger }: Migration, target: ChosenTarget, configPath: string): string {
  return inHome(target, 'ledger') ?? resolve(dirname(configPath), ledger.directory);
}

/** Where the backups of a target's old database lie: as its ledgers do. */
export function backupDirectory({ backup }: Migration, target: ChosenTarget, configPath: string): string {
  return inHome(target, 'backups') ?? resolve(dirname(configPath), backup.directory);
}

function inHome({ config: { kind, kubeconfig } }: ChosenTarget, name: string): string | undefined {
  return kind !== 'live' && kubeconfig !== undefined ? join(dirname(resolve(kubeconfig)), name) : undefined;
}
