import { cutoverEntry } from '../../helpers/cutover/schema.ts';
import type { Fault, FaultTarget } from './fault.ts';
import { entriesOf, noteEntries, ofTheLedger } from './ledger-entries.ts';
import { withoutPermission } from './obstacles.ts';
import { type Planting, planting } from './planting.ts';
import { takeRights } from './rights.ts';
import { sqlFault, trigger } from './row-faults.ts';

const phase = 'rollback';
const swallowEnergy = trigger('insert', 'energy', 'return null;');

/** What a rollback leaves half done, and what keeps one from seeing it. */
export const rollbackFaults: readonly Fault[] = [
  sqlFault(
    {
      name: 'old-rows-stay-away',
      title: 'the old system runs again, and one of its tables receives nothing',
      phase,
      expects: ['R.old-flows', 'R.gap'],
    },
    'old',
    {
      // The system was down for the hour before the undo: so these are all rows since.
      plant: `${swallowEnergy.plant};
        create table planted_rows as select * from energy where ts > now() - interval '90 minutes';
        delete from energy where ts > now() - interval '90 minutes'`,
      undo: `${swallowEnergy.undo}; insert into energy select * from planted_rows; drop table planted_rows`,
    },
  ),
  {
    name: 'new-system-runs-on',
    title: 'the rollback was to stop the new system too, and it runs on',
    phase,
    expects: ['R.new-stopped'],
    embeddedOnly: ofTheLedger,
    plant: (target) => planting((steps) => noteNewStopped(target, steps)),
  },
  {
    name: 'no-permission-workloads-rollback',
    title: 'the verifier may not look at workloads after the rollback',
    phase,
    expects: [],
    obstructs: ['R.old-runs', 'R.new-stopped'],
    entails: ['R.flux'],
    embeddedOnly: ofTheLedger,
    plant: (target) =>
      planting(async (steps) => {
        await noteNewStopped(target, steps);
        await takeRights(target, steps, (resource) => resource === 'deployments' || resource === 'statefulsets');
      }),
  },
  withoutPermission({
    name: 'no-permission-port-forward-rollback',
    title: 'the verifier may not forward ports after the rollback',
    phase,
    resource: 'pods/portforward',
    obstructs: ['R.old-flows', 'R.gap', 'R.flux'],
    entails: ['R.restored'],
  }),
];

/** The last undo once more, as one that took the new system down. */
async function noteNewStopped(target: FaultTarget, steps: Planting): Promise<void> {
  const undo = (await entriesOf(target, cutoverEntry)).findLast(({ action }) => action === 'undo');
  if (undo === undefined) throw new Error('the ledger knows no undo');
  await noteEntries(target, steps, [{ ...undo, newStopped: true }]);
}
