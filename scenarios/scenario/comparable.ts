import type { KubeObject } from '../../replica/embedded/kubernetes/object.ts';

/** Everything of a cluster that is made by somebody, by name; what controllers derive from it comes back by itself. */
const derived: ReadonlySet<string> = new Set([
  'ControllerRevision',
  'Endpoints',
  'EndpointSlice',
  'Event',
  'Job',
  'Lease',
  'Node',
  'NodeMetrics',
  'Pod',
  'PodMetrics',
  'ReplicaSet',
]);

export function isDerived(kind: string): boolean {
  return derived.has(kind);
}

/** `Deployment timescaledb/redpanda-connect` */
export function objectKey({ kind, metadata: { namespace, name } }: KubeObject): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

/** Written by controllers and by commands into what somebody else made. */
const passing: ReadonlySet<string> = new Set([
  'deployment.kubernetes.io/revision',
  'kubectl.kubernetes.io/last-applied-configuration',
  'kubectl.kubernetes.io/restartedAt',
  'reconcile.fluxcd.io/requestedAt',
]);

/** Of a status, what tells whether it works: all else in it is times, revisions and words. */
const kept: Readonly<Record<string, (status: Record<string, unknown>) => unknown>> = {
  Deployment: ({ replicas = 0, readyReplicas = 0 }) => ({ replicas, readyReplicas }),
  StatefulSet: ({ replicas = 0, readyReplicas = 0 }) => ({ replicas, readyReplicas }),
  Namespace: ({ phase }) => ({ phase }),
  PersistentVolume: ({ phase }) => ({ phase }),
  PersistentVolumeClaim: ({ phase, capacity }) => ({ phase, capacity }),
  GitRepository: ({ conditions }) => ({ ready: readyOf(conditions) }),
  Kustomization: ({ conditions, inventory }) => ({ ready: readyOf(conditions), applied: appliedOf(inventory) }),
};

/** An object without what changes by itself: versions, times, who wrote it, and most of its status. */
export function comparable({ status, ...object }: KubeObject): unknown {
  const { labels, annotations = {}, finalizers } = object.metadata;
  const lasting = Object.entries(annotations).filter(([name]) => !passing.has(name));
  const state = kept[object.kind]?.(status ?? {});
  return withoutIdentity({
    ...object,
    metadata: { labels, annotations: Object.fromEntries(lasting), finalizers },
    // What it asks for, as its pods are made by it: kubectl's restart is no change.
    ...(state === undefined ? {} : { status: state }),
  });
}

/** The objects in which two states of a cluster differ, in words, each once. */
export function objectDifferences(before: readonly KubeObject[], after: readonly KubeObject[]): string[] {
  const then = new Map(before.map((object) => [objectKey(object), canonical(comparable(object))]));
  const now = new Map(after.map((object) => [objectKey(object), canonical(comparable(object))]));
  return namedDifferences(then, now);
}

/** The names whose text is missing, new, or another. */
export function namedDifferences(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((name) => {
    const [then, now] = [before.get(name), after.get(name)];
    if (then === now) return [];
    if (now === undefined) return [`${name} is gone`];
    return then === undefined ? [`${name} is new`] : [`${name} is another: ${change(then, now)}`];
  });
}

/** Text that is equal for equal values, whatever the order of their members. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

const quoted = 60;

/** Where two texts part. A Secret's content is base64 and stays out of it: only so much is quoted as tells the place. */
function change(then: string, now: string): string {
  let at = 0;
  while (at < then.length && then[at] === now[at]) at += 1;
  const from = Math.max(0, at - quoted / 2);
  if (then.includes('"kind":"Secret"')) return 'its content';
  return `…${then.slice(from, from + quoted)}… became …${now.slice(from, from + quoted)}…`;
}

/** Whether it says that it is ready: `True`, `False`, `Unknown`. */
export function readyOf(conditions: unknown): string | undefined {
  const all = (conditions ?? []) as { type: string; status: string }[];
  return all.find(({ type }) => type === 'Ready')?.status;
}

/** What a Kustomization applies, in whatever order. */
function appliedOf(inventory: unknown): string[] {
  const { entries = [] } = (inventory ?? {}) as { entries?: { id: string }[] };
  return entries.map(({ id }) => id).sort();
}

/** Who is made anew has another UID, and nothing else about it is another. */
function withoutIdentity(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutIdentity);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([name, inner]) => !identity.has(name) && inner !== undefined);
  return Object.fromEntries(members.map(([name, inner]) => [name, withoutIdentity(inner)]));
}

const identity: ReadonlySet<string> = new Set([
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'kubectl.kubernetes.io/restartedAt',
]);
