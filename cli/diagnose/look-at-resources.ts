import { observeClaims } from '../../helpers/cluster/claims.ts';
import { observeContainerUse } from '../../helpers/cluster/container-use.ts';
import type { ContainerUse } from '../../helpers/cluster/observed.ts';
import { observeNamespace } from '../../helpers/cluster/presence.ts';
import { quantity } from '../../helpers/cluster/usage.ts';
import { observeWorkloads } from '../../helpers/cluster/workloads.ts';
import { oldNamespaces, oldWorkloads } from '../../helpers/config/old-system.ts';
import type { Migration, WorkloadRef } from '../../helpers/config/schema.ts';
import { ledgerFile, readLedger } from '../../helpers/ledger/ledger.ts';
import { connections } from '../../helpers/spec/connections.ts';
import { earlierUsage } from '../../helpers/spec/daily.ts';
import { resourceObservations } from '../../helpers/spec/observe/resources.ts';
import { sight } from '../../helpers/spec/sightings.ts';
import type { Target } from '../../helpers/target/target.ts';
import { Unobservable } from '../../helpers/unobservable.ts';
import type { ChosenTarget } from '../verify/target.ts';
import { diagnoseUse, type ResourcesDiagnosis, type System } from './resources-found.ts';

type Of<T> = T & { readonly system: System };

/** Both systems' containers and claims as they are now, beside what earlier runs noted in this cluster's ledger. */
export async function lookAtResources(
  { name, config }: ChosenTarget,
  migration: Migration,
  ledgerDirectory: string,
): Promise<ResourcesDiagnosis> {
  await using connected = connections(migration, config, name, process.env);
  const [containers, claims, sizes, noted] = await Promise.all([
    sight(
      [...of('new', migration.new.workloads), ...of('old', oldWorkloads(migration))],
      (ref) => `use of ${ref.namespace}/${ref.name}`,
      async (ref) => useOf(await connected.target(), ref),
    ),
    sight(
      [
        ...of('new', namespacesOf(Object.values(migration.new.databases))),
        ...of('old', namespacesOf(oldNamespaces(migration).map((namespace) => ({ namespace })))),
      ],
      ({ namespace }) => `claims of ${namespace}`,
      async ({ namespace, system }) => {
        const target = await connected.target();
        return (await isGone(target, namespace, system)) ? [] : of(system, await observeClaims(target, namespace));
      },
    ),
    resourceObservations(migration, connected).sizes(),
    sight(
      ['the ledger'],
      (subject) => subject,
      async () => readLedger(ledgerFile(ledgerDirectory, await connected.clusterUid())),
    ),
  ]);
  const { offsetSeconds } = await connected.clock();
  return diagnoseUse(
    {
      containers: containers.seen,
      claims: claims.seen,
      sizes: sizes.seen,
      unseen: [containers, claims, sizes, noted].flatMap(({ unseen }) => unseen),
    },
    noted.seen.flatMap((ledger) => earlierUsage(ledger, ['phase3', 'phase7'])),
    new Date(Date.now() + offsetSeconds * 1000),
    migration,
    quantity,
  );
}

/** Throws `Unobservable` for a workload of the new system that runs nothing: no use at all is no good sign of it. */
async function useOf(target: Target, ref: Of<WorkloadRef>): Promise<Of<ContainerUse>[]> {
  const { namespace, name, system } = ref;
  if (await isGone(target, namespace, system)) return [];
  const states = await observeWorkloads(target, [ref]);
  const used = (await Promise.all(states.map((state) => observeContainerUse(target, state)))).flat();
  if (used.length === 0 && system === 'new') {
    throw new Unobservable('no-ready-pod', `${namespace}/${name} has no pod that could use anything`, {
      hint: 'npm run verify:phase1 -- --only P1.workloads says why',
    });
  }
  return of(system, used);
}

/** An old namespace that was deleted took the right to look into it along. */
async function isGone(target: Target, namespace: string, system: System): Promise<boolean> {
  return system === 'old' && !(await observeNamespace(target, namespace)).exists;
}

function of<T extends object>(system: System, items: readonly T[]): Of<T>[] {
  return items.map((item) => ({ ...item, system }));
}

function namespacesOf(places: readonly { readonly namespace: string }[]): { namespace: string }[] {
  return [...new Set(places.map(({ namespace }) => namespace))].map((namespace) => ({ namespace }));
}
