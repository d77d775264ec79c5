import type { CapturedWorkload, StateCapture } from '../capture/schema.ts';
import type { Owner, TemplateState } from '../cluster/observed.ts';
import { cutoverWorkloads } from '../config/old-system.ts';
import type { Migration, WorkloadRef } from '../config/schema.ts';

type Ref = Pick<WorkloadRef, 'kind' | 'namespace' | 'name'>;

/** One change of a cutover or of its undo. */
export type Step =
  | { readonly do: 'suspend' | 'resume'; readonly owner: Owner }
  | { readonly do: 'scale'; readonly workload: Ref; readonly from: number; readonly to: number };

/** What the cluster is like now, as far as it decides what there is to do. */
export interface Present {
  readonly templates: readonly Pick<TemplateState, 'kind' | 'namespace' | 'name' | 'replicas' | 'owner'>[];
  readonly owners: readonly (Owner & { readonly suspended: boolean })[];
}

/** Steps, or why there can be none. */
export type Steps = { readonly steps: readonly Step[] } | { readonly refused: readonly string[] };

/**
 * The plan's 5.1: suspend what would scale the old workloads back, then scale them down, in the order of migration.yaml,
 * so that what listed the inputs first stops them before the sinks. Refused when a workload that migration.yaml names is
 * not there: a command that scaled it would change nothing, and say nothing.
 */
export function cutoverSteps(capture: StateCapture, present: Present, migration: Migration): Steps {
  const wanted = cutoverWorkloads(migration);
  const refused = wanted.flatMap((ref) => [
    ...(find(present.templates, ref) === undefined ? [`${words(ref)} does not exist`] : []),
    ...(find(capture.workloads, ref) === undefined
      ? [`${words(ref)} is not in the captured state: it could not be put back`]
      : []),
  ]);
  if (refused.length > 0) return { refused };
  return {
    steps: [
      ...present.owners
        .filter(({ suspended }) => !suspended)
        .map(({ namespace, name }): Step => ({ do: 'suspend', owner: { namespace, name } })),
      ...wanted.flatMap((ref) => scale(ref, find(present.templates, ref)?.replicas ?? 0, 0)),
    ],
  };
}

/**
 * The way back (plan, Rollback): the old workloads to the replicas that were captured, in the order of migration.yaml
 * reversed, so that sinks wait for what inputs bring; then, where asked for, the new system down; Flux is resumed last,
 * and only what was not suspended before: resumed earlier it would apply its own idea of replicas meanwhile.
 */
export function undoSteps(
  capture: StateCapture,
  present: Present,
  migration: Migration,
  { stopNew }: { readonly stopNew: boolean },
): Steps {
  const wanted = cutoverWorkloads(migration);
  const missing = wanted.filter((ref) => find(present.templates, ref) === undefined);
  if (missing.length > 0) {
    return {
      refused: missing.map(
        (ref) =>
          `${words(ref)} is gone: bring it back first, by reverting the commit that removed it or from the captured manifest`,
      ),
    };
  }
  const ran = (owner: Owner) => capture.kustomizations.some((each) => isSame(each, owner) && !each.suspended);
  return {
    steps: [
      ...wanted.toReversed().flatMap((ref) => {
        const then = find<CapturedWorkload>(capture.workloads, ref)?.replicas;
        return then === undefined ? [] : scale(ref, find(present.templates, ref)?.replicas ?? 0, then);
      }),
      ...(stopNew
        ? Object.values(migration.new.connect).flatMap(({ kind, namespace, name }) =>
            scale({ kind, namespace, name }, find(present.templates, { kind, namespace, name })?.replicas ?? 1, 0),
          )
        : []),
      ...present.owners
        .filter((owner) => owner.suspended && ran(owner))
        .map(({ namespace, name }): Step => ({ do: 'resume', owner: { namespace, name } })),
    ],
  };
}

/** `scale Deployment mqtt-input/mqtt-input from 1 to 0`. */
export function stepWords(step: Step): string {
  if (step.do !== 'scale') return `${step.do} Kustomization ${step.owner.namespace}/${step.owner.name} in Flux`;
  return `scale ${words(step.workload)} from ${step.from} to ${step.to}`;
}

function scale({ kind, namespace, name }: Ref, from: number, to: number): Step[] {
  return from === to ? [] : [{ do: 'scale', workload: { kind, namespace, name }, from, to }];
}

function words({ kind, namespace, name }: Ref): string {
  return `${kind} ${namespace}/${name}`;
}

function find<T extends { kind: string; namespace: string; name: string }>(all: readonly T[], ref: Ref): T | undefined {
  return all.find(({ kind, namespace, name }) => kind === ref.kind && namespace === ref.namespace && name === ref.name);
}

function isSame(one: Owner, other: Owner): boolean {
  return one.namespace === other.namespace && one.name === other.name;
}
