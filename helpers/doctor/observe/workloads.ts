import { observeWorkloads } from '../../cluster/workloads.ts';
import type { Migration, WorkloadRef } from '../../config/schema.ts';
import type { Target } from '../../target/target.ts';
import type { Look, WorkloadSight } from '../observed.ts';
import type { Looker } from './look.ts';

type Ref = Pick<WorkloadRef, 'kind' | 'namespace' | 'name'> & { readonly old: boolean };

/** Every workload that migration.yaml names, of both systems. A namespace that cannot be read hides no other. */
export async function observeNamed(
  target: Pick<Target, 'kube'>,
  look: Looker,
  systems: Pick<Migration, 'new' | 'old'>,
): Promise<WorkloadSight[]> {
  const byNamespace = Map.groupBy(named(systems), ({ namespace }) => namespace);
  const sights = [...byNamespace].map(async ([namespace, refs]) => {
    const states = await look(`workloads of ${namespace}`, () => observeWorkloads(target, refs));
    return refs.map(({ old, ...ref }, index) => ({ ref, old, state: nth(states, index) }));
  });
  return (await Promise.all(sights)).flat();
}

/** A Redpanda Connect instance is mostly named among the workloads too. */
function named({ new: { workloads, connect }, old }: Pick<Migration, 'new' | 'old'>): Ref[] {
  const refs = [
    ...[...workloads, ...Object.values(connect)].map((ref) => ({ ...ref, old: false })),
    ...old.workloads.map((ref) => ({ ...ref, old: true })),
  ].map(({ kind, namespace, name, old: isOld }) => ({ kind, namespace, name, old: isOld }));
  return [...new Map(refs.map((ref) => [`${ref.kind} ${ref.namespace}/${ref.name}`, ref])).values()];
}

/** observeWorkloads answers in the order it is asked. */
function nth<T>(states: Look<readonly T[]>, index: number): Look<T> {
  if ('unseen' in states) return states;
  const [state] = states.seen.slice(index, index + 1);
  if (state === undefined) throw new Error('a workload was asked for and not answered');
  return { seen: state };
}
