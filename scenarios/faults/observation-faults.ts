import { type RunEntry, runEntry } from '../../helpers/ledger/run-entry.ts';
import type { Fault, FaultTarget } from './fault.ts';
import { ofTheLedger as embeddedOnly, entriesOf, noteEntries, rewriteLedger } from './ledger-entries.ts';
import { type Planting, planting } from './planting.ts';
import { takeRights } from './rights.ts';

const dayMs = 86_400_000;
/** The memory that the sink is said to have taken each day, of its 128 MiB. */
const creep = [1, 13, 25, 37, 49].map((mebibytes) => mebibytes * 2 ** 20);
const overBudget = 15;

/** What goes wrong over days, and what the memory of days rests on. */
export const observationFaults: readonly Fault[] = [
  ...(['phase3', 'phase7'] as const).flatMap((phase): Fault[] => {
    const p = phase === 'phase3' ? 'P3' : 'P7';
    return [
      {
        name: `errors-over-budget-${phase}`,
        title: `the bridge’s log has more errors than a day may bring (${phase})`,
        phase,
        expects: [`${p}.logs-clean`],
        entails: [`${p}.health`, `${p}.days`, 'P1.logs-clean', 'P1.streams', 'P1.rows-keep-pace'],
        plant: (target) =>
          planting(async () => {
            for (let errors = 0; errors < overBudget * (phase === 'phase3' ? 1 : 6); errors++)
              await target.publishMqtt('homelab/temperature/outdoor', 'no json');
          }),
      },
      {
        name: `memory-creeps-${phase}`,
        title: `a container’s memory has grown day by day towards its limit (${phase})`,
        phase,
        expects: [`${p}.resources`],
        embeddedOnly,
        plant: (target) => planting((steps) => memoryCreeps(target, steps, phase)),
      },
      {
        name: `volume-nearly-full-${phase}`,
        title: `a database has nearly filled its volume (${phase})`,
        phase,
        expects: [`${p}.${phase === 'phase3' ? 'disk' : 'volumes'}`],
        plant: (target) => planting(({ undo }) => shrinkClaim(target, undo)),
      },
      {
        name: `ledger-not-understood-${phase}`,
        title: `a run in the ledger was noted by a later version (${phase})`,
        phase,
        expects: [],
        obstructs: [
          `${p}.logs-clean`,
          `${p}.resources`,
          `${p}.days`,
          `${p}.${phase === 'phase3' ? 'disk' : 'volumes'}`,
        ],
        embeddedOnly,
        plant: notUnderstood,
      },
    ];
  }),
  {
    name: 'retention-outgrows-volume',
    title: 'a database will not fit its volume when its tables are as old as their policies',
    phase: 'post',
    expects: ['PM.retention'],
    plant: (target) => planting(({ undo }) => shrinkClaim(target, undo)),
  },
  {
    name: 'no-permission-claims',
    title: 'the verifier may not list claims',
    phase: 'post',
    expects: [],
    obstructs: ['PM.retention'],
    plant: (target) =>
      planting((steps) => takeRights(target, steps, (resource) => resource === 'persistentvolumeclaims')),
  },
  {
    name: 'phase3-not-done',
    title: 'the last run of phase 3 was NO-GO',
    phase: 'phase4',
    expects: ['P4.parallel'],
    embeddedOnly,
    plant: (target) => planting((steps) => noting(target, steps, (runs) => [refused(runs, 'phase3')])),
  },
  ...(['ready-phase8', 'complete'] as const).map(
    (phase): Fault => ({
      name: `phase7-not-done-${phase}`,
      title: `the last run of phase 7 was NO-GO (${phase})`,
      phase,
      expects: [phase === 'complete' ? 'C.days' : 'P8.observed'],
      entails: ['C.logs', 'P7.logs-clean'],
      embeddedOnly,
      plant: (target) => planting((steps) => noting(target, steps, (runs) => [refused(runs, 'phase7')])),
    }),
  ),
  ...(['phase4', 'ready-phase8', 'complete'] as const).map(
    (phase): Fault => ({
      name: `ledger-not-understood-${phase}`,
      title: `a run in the ledger was noted by a later version (${phase})`,
      phase,
      expects: [],
      obstructs: {
        phase4: ['P4.parallel'],
        'ready-phase8': ['P8.observed'],
        complete: ['C.days', 'C.logs', 'C.resources'],
      }[phase],
      entails: ['P7.logs-clean', 'P7.resources', 'P7.volumes'],
      embeddedOnly,
      plant: notUnderstood,
    }),
  ),
  ...(['complete', 'post'] as const).map(
    (phase): Fault => ({
      name: `not-signed-off-${phase}`,
      title: `nobody has signed off (${phase})`,
      phase,
      expects: [],
      obstructs: [phase === 'complete' ? 'C.sign-off' : 'PM.docs'],
      embeddedOnly,
      plant: (target) =>
        planting((steps) =>
          rewriteLedger(target, steps, (line) => (line.includes('"kind":"sign-off"') ? undefined : line)),
        ),
    }),
  ),
];

type Undo = (action: () => Promise<unknown>) => void;

/** Notes runs behind those there are. */
async function noting(
  target: FaultTarget,
  steps: Planting,
  make: (runs: readonly RunEntry[]) => readonly RunEntry[],
): Promise<void> {
  await noteEntries(target, steps, make(await entriesOf(target, runEntry)));
}

/** The latest run of a phase, once more, a minute later and NO-GO. */
function refused(runs: readonly RunEntry[], phase: string): RunEntry {
  const last = runs.findLast((run) => run.phase === phase);
  if (last === undefined) throw new Error(`the ledger knows no run of ${phase}`);
  const at = new Date(Date.parse(last.at) + 60_000).toISOString();
  return { ...last, at, decision: 'NO-GO', reason: 'P1.streams fails' };
}

/** What was noted of memory is forgotten, and noted anew of days on which the telemetry sink took more and more. */
async function memoryCreeps(target: FaultTarget, steps: Planting, phase: string): Promise<void> {
  const last = (await entriesOf(target, runEntry)).findLast((run) => run.phase === phase);
  if (last === undefined) throw new Error(`the ledger knows no run of ${phase}`);
  await rewriteLedger(target, steps, withoutMemory);
  const { logErrors: _, memory = [], ...run } = last;
  const days = creep.map((usedBytes, day) => ({
    ...run,
    isPartial: false,
    at: new Date(Date.now() - (creep.length - day) * dayMs).toISOString(),
    memory: memory.map((used) =>
      used.namespace === 'timescaledb' && used.workload === 'redpanda-connect' ? { ...used, usedBytes } : used,
    ),
  }));
  await noteEntries(target, steps, days);
}

function withoutMemory(line: string): string {
  if (!line.includes('"kind":"run"')) return line;
  const { memory: _, ...run } = JSON.parse(line);
  return JSON.stringify(run);
}

function notUnderstood(target: FaultTarget): Promise<AsyncDisposable> {
  return planting((steps) => noteEntries(target, steps, [{ kind: 'run', at: new Date().toISOString(), form: 2 }]));
}

/** The claim of the telemetry database says that it holds a little more than lies on it. */
async function shrinkClaim(target: FaultTarget, undo: Undo): Promise<void> {
  const claim = { namespace: 'timescaledb', name: 'timescaledb-data' };
  const { status } = await target.core.readNamespacedPersistentVolumeClaim(claim);
  const [size] = await target.sql<{ bytes: string }>(
    'telemetry',
    'SELECT pg_database_size(current_database()) AS bytes',
  );
  const set = (storage: string | undefined) =>
    target.core.patchNamespacedPersistentVolumeClaimStatus({
      ...claim,
      body: [{ op: 'replace', path: '/status/capacity/storage', value: storage }],
    });
  undo(() => set(status?.capacity?.storage));
  await set(String(Math.round(Number(size?.bytes) * 1.05)));
}
