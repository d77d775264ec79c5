import { dirname, join } from 'node:path';
import type { StateCapture } from '../../helpers/capture/schema.ts';
import { cutoverEntry } from '../../helpers/cutover/schema.ts';
import { ledgerFile, readLedger } from '../../helpers/ledger/ledger.ts';
import { callReplicaAt } from '../../replica/control.ts';
import { backupFiles, changeEntries, changeLines } from './backup-files.ts';
import type { Fault, FaultTarget } from './fault.ts';
import { type Planting, planting } from './planting.ts';

const embeddedOnly = 'the ledger lies beside the replica’s kubeconfig; another cluster’s is the operator’s own';

/** A rollback after a cleanup: what was deleted came back from a backup. */
export const rollbackFaults: readonly Fault[] = [
  {
    name: 'restored-rows-missing',
    title: 'after the cleanup the old database was restored without some rows of its backup',
    phase: 'rollback',
    expects: ['R.restored'],
    embeddedOnly,
    plant: (target) =>
      planting(async (steps) => {
        await afterCleanup(target, steps);
        await callReplicaAt(target.kubeconfig, 'PUT', 'backup');
        const { ledger } = await backupFiles(target);
        const undoneAt = (await readLedger(ledger)).entries(cutoverEntry).at(-1)?.at ?? '';
        const at = new Date(Date.parse(undoneAt) - 60_000).toISOString();
        await changeEntries(steps, ledger, (entry) => ({ ...entry, sums: { ...entry.sums, at } }));
        const some = 'SELECT * FROM heatpump ORDER BY ts LIMIT 20';
        steps.undo(() => target.sql('old', 'INSERT INTO heatpump SELECT * FROM planted; DROP TABLE planted'));
        await target.sql(
          'old',
          `CREATE TABLE planted AS ${some}; DELETE FROM heatpump WHERE ts IN (SELECT ts FROM planted)`,
        );
      }),
  },
  {
    name: 'restored-from-unknown',
    title: 'after the cleanup the old database came back, and the ledger knows of no backup',
    phase: 'rollback',
    expects: [],
    obstructs: ['R.restored'],
    embeddedOnly,
    plant: (target) => planting((steps) => afterCleanup(target, steps)),
  },
];

/** The old namespaces are others than those that were captured: they were deleted, and made anew. */
async function afterCleanup({ kubeconfig, core }: FaultTarget, steps: Planting): Promise<void> {
  const { metadata } = await core.readNamespace({ name: 'kube-system' });
  const ledger = ledgerFile(join(dirname(kubeconfig), 'ledger'), metadata?.uid ?? '');
  await changeLines<StateCapture>(steps, ledger, 'state-capture', (capture) => ({
    ...capture,
    namespaces: capture.namespaces.map(({ name }) => ({ name, uid: 'before-the-cleanup' })),
  }));
}
