import { dirname, join } from 'node:path';
import { loadMigration } from '../../helpers/config/load.ts';
import { ledgerFile } from '../../helpers/ledger/ledger.ts';
import { connections } from '../../helpers/spec/connections.ts';
import { performBackup } from './perform.ts';

/**
 * Gives an embedded replica the backup that the plan has at its point: taken, read back and noted by the same code that
 * `npm run backup` runs, in the replica's own home. Throws as `performBackup` does.
 *
 * @param kubeconfig of the replica, whose current context may do everything
 */
export async function backupReplica(kubeconfig: string, configPath: string, signal: AbortSignal): Promise<void> {
  const migration = loadMigration(configPath);
  const config = { kind: 'embedded', timeScale: 1, kubeconfig } as const;
  await using connected = connections(migration, config, 'embedded', process.env);
  const home = dirname(kubeconfig);
  await performBackup({
    migration,
    connections: connected,
    directory: join(home, 'backups'),
    ledgerFile: ledgerFile(join(home, 'ledger'), await connected.clusterUid()),
    env: process.env,
    say: () => {},
    progress: () => {},
    signal,
  });
}
