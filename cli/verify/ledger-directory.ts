import { dirname, join, resolve } from 'node:path';
import type { Migration } from '../../helpers/config/schema.ts';
import type { ChosenTarget } from './target.ts';

/** Where the ledgers of a target lie: an embedded replica has its own, in its home beside its kubeconfig, and it goes with it. */
export function ledgerDirectory(
  { ledger }: Migration,
  { config: { kind, kubeconfig } }: ChosenTarget,
  configPath: string,
): string {
  if (kind === 'embedded' && kubeconfig !== undefined) return join(dirname(resolve(kubeconfig)), 'ledger');
  return resolve(dirname(configPath), ledger.directory);
}
