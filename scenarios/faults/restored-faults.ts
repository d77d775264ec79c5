import { backupEntry } from '../../helpers/backup/entry.ts';
import { stateCaptureEntry } from '../../helpers/capture/schema.ts';
import { cutoverEntry } from '../../helpers/cutover/schema.ts';
import { callReplicaAt } from '../../replica/control.ts';
import type { Fault, FaultTarget } from './fault.ts';
import { entriesOf, noteEntries, ofTheLedger } from './ledger-entries.ts';
import { type Planting, planting } from './planting.ts';

const phase = 'rollback';
const oldest = 'WHERE ts = (SELECT min(ts) FROM heatpump)';

/** A rollback after a cleanup: what was deleted came back from a backup. */
export const restoredFaults: readonly Fault[] = [
  {
    name: 'restored-otherwise',
    title: 'after the cleanup the old database came back with other values than its backup has',
    phase,
    expects: ['R.restored'],
    embeddedOnly: ofTheLedger,
    plant: (target) =>
      planting(async (steps) => {
        await noteCleanup(target, steps);
        await noteBackupBeforeUndo(target, steps);
        steps.undo(() => target.sql('old', `UPDATE heatpump SET hotwater_temp = hotwater_temp - 1 ${oldest}`));
        await target.sql('old', `UPDATE heatpump SET hotwater_temp = hotwater_temp + 1 ${oldest}`);
      }),
  },
  {
    name: 'restored-from-unknown',
    title: 'after the cleanup the old database came back, and the ledger knows of no backup',
    phase,
    expects: [],
    obstructs: ['R.restored'],
    embeddedOnly: ofTheLedger,
    plant: (target) => planting((steps) => noteCleanup(target, steps)),
  },
];

/** The captured state once more, of namespaces that were others: those of now were made anew. */
async function noteCleanup(target: FaultTarget, steps: Planting): Promise<void> {
  const capture = (await entriesOf(target, stateCaptureEntry)).at(-1);
  if (capture === undefined) throw new Error('the ledger holds no captured state');
  const namespaces = capture.namespaces.map(({ name }) => ({ name, uid: 'before-the-cleanup' }));
  await noteEntries(target, steps, [{ ...capture, namespaces }]);
}

/** A backup of the old database, as if it had been taken before the undo. */
async function noteBackupBeforeUndo(target: FaultTarget, steps: Planting): Promise<void> {
  await callReplicaAt(target.kubeconfig, 'PUT', 'backup');
  const backup = (await entriesOf(target, backupEntry)).at(-1);
  const undo = (await entriesOf(target, cutoverEntry)).findLast(({ action }) => action === 'undo');
  if (backup === undefined || undo === undefined) throw new Error('the ledger holds no backup, or no undo');
  const at = new Date(Date.parse(undo.at) - 60_000).toISOString();
  await noteEntries(target, steps, [{ ...backup, sums: { ...backup.sums, at } }]);
}
