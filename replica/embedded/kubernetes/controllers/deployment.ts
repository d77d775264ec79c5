import { isDeepStrictEqual } from 'node:util';
import type { V1DeploymentSpec, V1PodTemplateSpec } from '@kubernetes/client-node';
import { templateHash } from '../names.ts';
import type { KubeObject } from '../object.ts';
import { StatusError } from '../status.ts';
import { apiTime } from '../store.ts';
import { type Condition, conditionsOf, nonZero, withCondition } from './conditions.ts';
import { type Again, type Controller, type ControllerContext, type Key, own, owned, refs } from './controller.ts';
import { claim, controllerReference } from './ownership.ts';
import { isOver, readySince } from './pods.ts';

const hashLabel = 'pod-template-hash';
const revision = 'deployment.kubernetes.io/revision';

/** Rolls a Deployment's template out: one ReplicaSet a template, the new one up before the old ones go. */
export function deploymentController(context: ControllerContext): Controller {
  return {
    name: 'deployment',
    watches: [own(refs.deployments), owned(refs.replicaSets, 'Deployment'), podsOfDeployments(context)],
    reconcile: (key) => reconcile(context, key),
  };
}

/** A Deployment that recreates waits for its old pods to be gone. */
function podsOfDeployments({ store }: ControllerContext): Controller['watches'][number] {
  return {
    ref: refs.pods,
    keys: ({ metadata }) => {
      const set = metadata.ownerReferences?.find(({ kind }) => kind === 'ReplicaSet');
      const owner =
        set &&
        store
          .get(refs.replicaSets, metadata.namespace, set.name)
          ?.metadata.ownerReferences?.find(({ kind }) => kind === 'Deployment');
      return owner ? [{ namespace: metadata.namespace, name: owner.name }] : [];
    },
  };
}

/** A Deployment with its ReplicaSets, the one of its present template apart. */
interface Rollout {
  readonly deployment: KubeObject;
  readonly spec: V1DeploymentSpec;
  readonly current: KubeObject | undefined;
  readonly old: readonly KubeObject[];
}

function reconcile(context: ControllerContext, { namespace, name }: Key): Again | undefined {
  const { store } = context;
  const deployment = store.get(refs.deployments, namespace, name);
  if (!deployment) return undefined;
  if (deployment.metadata.deletionTimestamp === undefined) roll(context, read(context, deployment));
  return writeStatus(context, read(context, deployment));
}

function read({ store }: ControllerContext, deployment: KubeObject): Rollout {
  const spec = deployment.spec as unknown as V1DeploymentSpec;
  const sets = claim(store, deployment, refs.replicaSets);
  const current = sets
    .filter((set) => isDeepStrictEqual(withoutHash(set.spec?.template), withoutHash(spec.template)))
    .sort(byAge)[0];
  return { deployment, spec, current, old: sets.filter((set) => set !== current).sort(byAge) };
}

function byAge(a: KubeObject, b: KubeObject): number {
  return Date.parse(a.metadata.creationTimestamp ?? '') - Date.parse(b.metadata.creationTimestamp ?? '');
}

function withoutHash(template: unknown): unknown {
  const { metadata, spec } = template as V1PodTemplateSpec;
  const { [hashLabel]: _, ...labels } = metadata?.labels ?? {};
  return { labels, annotations: metadata?.annotations ?? {}, spec };
}

function roll(context: ControllerContext, rollout: Rollout): void {
  const { spec, current, old } = rollout;
  if (spec.paused) {
    // What is paused rolls nothing out, but it still scales.
    const active = [current, ...old].filter((set) => set && replicasOf(set) > 0);
    if (active.length <= 1 && (active[0] ?? current))
      scale(context, rollout, (active[0] ?? current) as KubeObject, spec.replicas ?? 1);
    return;
  }
  if (spec.strategy?.type === 'Recreate') recreate(context, rollout);
  else rollingUpdate(context, rollout);
  const kept = old.filter((set) => replicasOf(set) === 0 && Number(set.status?.replicas ?? 0) === 0);
  const surplus = kept.slice(0, Math.max(0, kept.length - (spec.revisionHistoryLimit ?? 10)));
  for (const { metadata } of surplus) context.store.delete(refs.replicaSets, metadata.namespace, metadata.name);
}

function recreate(context: ControllerContext, rollout: Rollout): void {
  const { spec, old, current } = rollout;
  for (const set of old) scale(context, rollout, set, 0);
  const uids = new Set(old.map((set) => set.metadata.uid));
  const remaining = context.store
    .list(refs.pods, rollout.deployment.metadata.namespace)
    .some((pod) => !isOver(pod) && pod.metadata.ownerReferences?.some(({ uid }) => uids.has(uid)));
  if (remaining) return;
  if (current) keepCurrent(context, rollout, current, spec.replicas ?? 1);
  else createSet(context, rollout, spec.replicas ?? 1);
}

function rollingUpdate(context: ControllerContext, rollout: Rollout): void {
  const { spec, old, current } = rollout;
  const wanted = spec.replicas ?? 1;
  const { maxSurge, maxUnavailable } = margins(spec, wanted);
  const oldTotal = sum(old, replicasOf);
  const present = current ? replicasOf(current) : 0;
  // Up, as far as the surge allows, or straight down when there are too many.
  const up =
    present > wanted ? wanted : Math.min(wanted, present + Math.max(0, wanted + maxSurge - present - oldTotal));
  if (current) keepCurrent(context, rollout, current, up);
  else createSet(context, rollout, up);
  if (oldTotal === 0) return;
  // Down, as far as enough stay available. Old pods that are not available help nobody: they go first.
  const newUnavailable = Math.max(0, up - availableOf(current));
  let removable = oldTotal + up - (wanted - maxUnavailable) - newUnavailable;
  // By what was asked for, not only by status, which lags behind: else the same pods would be taken away twice.
  if (removable <= 0) return;
  for (const set of old) {
    const unhealthy = Math.min(replicasOf(set) - Math.min(replicasOf(set), availableOf(set)), Math.max(0, removable));
    if (unhealthy <= 0) continue;
    removable -= unhealthy;
    scale(context, rollout, set, replicasOf(set) - unhealthy);
  }
  const after = read(context, rollout.deployment);
  let spare = sum(after.old, availableOf) + availableOf(after.current) - (wanted - maxUnavailable);
  for (const set of after.old) {
    const fewer = Math.min(replicasOf(set), Math.max(0, spare));
    spare -= fewer;
    if (fewer > 0) scale(context, rollout, set, replicasOf(set) - fewer);
  }
}

function margins(spec: V1DeploymentSpec, wanted: number): { maxSurge: number; maxUnavailable: number } {
  const { maxSurge = '25%', maxUnavailable = '25%' } = spec.strategy?.rollingUpdate ?? {};
  const surge = absolute(maxSurge, wanted, Math.ceil);
  const unavailable = absolute(maxUnavailable, wanted, Math.floor);
  // Neither more nor fewer would never get anywhere.
  return { maxSurge: surge, maxUnavailable: surge === 0 && unavailable === 0 ? 1 : Math.min(unavailable, wanted) };
}

function absolute(value: number | string, of: number, round: (value: number) => number): number {
  return typeof value === 'number' ? value : round((Number.parseInt(value, 10) / 100) * of);
}

function replicasOf({ spec }: KubeObject): number {
  return Number(spec?.replicas ?? 1);
}

function availableOf(set: KubeObject | undefined): number {
  return Number(set?.status?.availableReplicas ?? 0);
}

function sum(sets: readonly KubeObject[], of: (set: KubeObject) => number): number {
  return sets.reduce((total, set) => total + of(set), 0);
}

function createSet({ store, events }: ControllerContext, { deployment, spec, old }: Rollout, replicas: number): void {
  const { name, namespace = 'default', annotations = {} } = deployment.metadata;
  const number = nextRevision(old);
  const collisions = Number(deployment.status?.collisionCount ?? 0);
  const hash = templateHash(collisions > 0 ? [spec.template, collisions] : spec.template);
  const labels = { ...spec.template.metadata?.labels, [hashLabel]: hash };
  const { 'kubectl.kubernetes.io/last-applied-configuration': _, ...inherited } = annotations;
  try {
    const set = store.create(refs.replicaSets, {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${name}-${hash}`,
        namespace,
        labels,
        annotations: { ...inherited, ...sizes(spec), [revision]: String(number) },
        ownerReferences: [controllerReference(deployment)],
      },
      spec: {
        replicas,
        ...(spec.minReadySeconds ? { minReadySeconds: spec.minReadySeconds } : {}),
        selector: { ...spec.selector, matchLabels: { ...spec.selector.matchLabels, [hashLabel]: hash } },
        template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
      },
    });
    if (replicas > 0) tellScaled(events, deployment, set, 0, replicas);
    setRevision(store, deployment, number);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    if (error.reason === 'AlreadyExists') {
      store.change(refs.deployments, namespace, name, (object) => {
        object.status = { ...object.status, collisionCount: collisions + 1 };
      });
    } else
      events.record(
        deployment,
        'Warning',
        'ReplicaSetCreateError',
        `Failed to create new replica set "${name}-${hash}": ${error.message}`,
        'deployment-controller',
      );
  }
}

/** The ReplicaSet of the present template, at its size; one that was rolled back to becomes the newest revision. */
function keepCurrent(context: ControllerContext, rollout: Rollout, set: KubeObject, replicas: number): void {
  const { store } = context;
  const { deployment, old } = rollout;
  const number = Math.max(nextRevision(old), revisionOf(set));
  store.change(refs.replicaSets, set.metadata.namespace, set.metadata.name, (object) => {
    object.metadata.annotations = {
      ...object.metadata.annotations,
      ...sizes(rollout.spec),
      [revision]: String(number),
    };
  });
  setRevision(store, deployment, number);
  scale(context, rollout, set, replicas);
}

function sizes(spec: V1DeploymentSpec): Record<string, string> {
  const wanted = spec.replicas ?? 1;
  const most = spec.strategy?.type === 'Recreate' ? wanted : wanted + margins(spec, wanted).maxSurge;
  return {
    'deployment.kubernetes.io/desired-replicas': String(wanted),
    'deployment.kubernetes.io/max-replicas': String(most),
  };
}

function revisionOf({ metadata }: KubeObject): number {
  return Number(metadata.annotations?.[revision] ?? 0);
}

function nextRevision(old: readonly KubeObject[]): number {
  return Math.max(0, ...old.map(revisionOf)) + 1;
}

function setRevision(store: ControllerContext['store'], { metadata }: KubeObject, number: number): void {
  store.change(refs.deployments, metadata.namespace, metadata.name, (object) => {
    object.metadata.annotations = { ...object.metadata.annotations, [revision]: String(number) };
  });
}

function scale({ store, events }: ControllerContext, { deployment }: Rollout, set: KubeObject, replicas: number): void {
  const before = replicasOf(set);
  if (before === replicas) return;
  store.change(refs.replicaSets, set.metadata.namespace, set.metadata.name, (object) => {
    object.spec = { ...object.spec, replicas };
  });
  tellScaled(events, deployment, set, before, replicas);
}

function tellScaled(
  events: ControllerContext['events'],
  deployment: KubeObject,
  set: KubeObject,
  from: number,
  to: number,
): void {
  const direction = to > from ? 'up' : 'down';
  events.record(
    deployment,
    'Normal',
    'ScalingReplicaSet',
    `Scaled ${direction} replica set ${set.metadata.name} from ${from} to ${to}`,
    'deployment-controller',
  );
}

function writeStatus({ store, now }: ControllerContext, rollout: Rollout): Again | undefined {
  const { deployment, spec, current, old } = rollout;
  const sets = current ? [current, ...old] : old;
  const count = (member: string) => sum(sets, (set) => Number(set.status?.[member] ?? 0));
  const wanted = spec.replicas ?? 1;
  const [replicas, ready, available] = [count('replicas'), count('readyReplicas'), count('availableReplicas')];
  const updated = Number(current?.status?.replicas ?? 0);
  const isComplete = updated === wanted && replicas === wanted && available === wanted;
  const uids = new Set(sets.map((set) => set.metadata.uid));
  const pods = store
    .list(refs.pods, deployment.metadata.namespace)
    .filter((pod) => pod.metadata.ownerReferences?.some(({ uid }) => uids.has(uid)));
  const time = (isComplete ? readySince(pods) : undefined) ?? apiTime(now());
  let again: Again | undefined;
  store.change(refs.deployments, deployment.metadata.namespace, deployment.metadata.name, (object) => {
    const isEnough = available >= wanted - margins(spec, wanted).maxUnavailable;
    const before = conditionsOf(object);
    const progress = progressing(rollout, {
      before,
      isComplete,
      progressed: progressed(object, updated, ready, available),
      now: now(),
    });
    again = progress.again;
    const collisionCount = object.status?.collisionCount;
    object.status = {
      observedGeneration: object.metadata.generation,
      ...nonZero({
        replicas,
        updatedReplicas: updated,
        readyReplicas: ready,
        availableReplicas: available,
        unavailableReplicas: Math.max(0, Math.max(wanted, replicas) - available),
      }),
      ...(collisionCount === undefined ? {} : { collisionCount }),
      conditions: [isEnough ? availableCondition : unavailableCondition, progress.condition].reduce<Condition[]>(
        (all, each) => withCondition(all, updateTime(each, before, time), time),
        [...before],
      ),
    };
  });
  return again;
}

const availableCondition: Condition = {
  type: 'Available',
  status: 'True',
  reason: 'MinimumReplicasAvailable',
  message: 'Deployment has minimum availability.',
};
const unavailableCondition: Condition = {
  type: 'Available',
  status: 'False',
  reason: 'MinimumReplicasUnavailable',
  message: 'Deployment does not have minimum availability.',
};

/** A condition says when it was last written anew. */
function updateTime(next: Condition, before: readonly Condition[], time: string): Condition {
  const known = before.find((each) => each.type === next.type);
  const isSame = known?.status === next.status && known.reason === next.reason && known.message === next.message;
  return { ...next, lastUpdateTime: next.lastUpdateTime ?? (isSame ? known?.lastUpdateTime : undefined) ?? time };
}

/** Whether the rollout has come further since its status was written. */
function progressed({ status }: KubeObject, updated: number, ready: number, available: number): boolean {
  const before = (member: string) => Number(status?.[member] ?? 0);
  return (
    updated > before('updatedReplicas') || ready > before('readyReplicas') || available > before('availableReplicas')
  );
}

interface Progress {
  readonly before: readonly Condition[];
  readonly isComplete: boolean;
  readonly progressed: boolean;
  readonly now: Date;
}

function progressing(
  { spec, current, deployment }: Rollout,
  state: Progress,
): { condition: Condition; again: Again | undefined } {
  const known = state.before.find((each) => each.type === 'Progressing');
  const set = current?.metadata.name ?? deployment.metadata.name;
  const make = (reason: string, message: string, status: Condition['status'] = 'True') => ({
    type: 'Progressing',
    status,
    reason,
    message,
  });
  if (state.isComplete)
    return {
      condition: make('NewReplicaSetAvailable', `ReplicaSet "${set}" has successfully progressed.`),
      again: undefined,
    };
  const isNew = known === undefined || known.message?.includes(`"${set}"`) !== true;
  const updating = make('ReplicaSetUpdated', `ReplicaSet "${set}" is progressing.`);
  const deadlineMs = (spec.progressDeadlineSeconds ?? 600) * 1000;
  if (isNew || state.progressed || known.lastUpdateTime === undefined) {
    return { condition: { ...updating, lastUpdateTime: apiTime(state.now) }, again: { afterMs: deadlineMs } };
  }
  // Once rolled out, pods that fail are no rollout that does not progress.
  if (known.reason === 'NewReplicaSetAvailable' || known.reason === 'ProgressDeadlineExceeded')
    return { condition: known, again: undefined };
  const leftMs = Date.parse(known.lastUpdateTime) + deadlineMs - state.now.getTime();
  if (leftMs > 0) return { condition: updating, again: { afterMs: leftMs } };
  return {
    condition: make('ProgressDeadlineExceeded', `ReplicaSet "${set}" has timed out progressing.`, 'False'),
    again: undefined,
  };
}
