import type { Migration } from '../config/schema.ts';
import type { Hop } from './attribution.ts';
import type { AttributedGap } from './continuity.ts';
import { type HopWorkloads, hopWorkloads, type Role } from './hops.ts';
import { rpkLook } from './look.ts';

/** The programs that a hop lies between: what one of them does not send, the next cannot have. */
const ends: Readonly<Record<Hop, readonly Role[]>> = {
  mqtt: ['mqtt', 'bridge'],
  bridge: ['bridge'],
  kafka: ['kafka', 'bridge'],
  sink: ['sink', 'database'],
  unknown: ['mqtt', 'bridge', 'kafka', 'sink', 'database'],
};

/** The workloads on the hop that a gap's rows were lost at; all of the stream's way where that is not known. */
export function workloadsOnHop(gap: AttributedGap, migration: Migration): HopWorkloads[Role][number][] {
  const stream = migration.new.streams[gap.stream];
  if (stream === undefined) return [];
  const on = hopWorkloads(stream, migration);
  return ends[gap.attribution?.hop ?? 'unknown'].flatMap((role) => on[role]);
}

/** The commands that show an operator what happened on that hop at that time (plan, Troubleshooting). */
export function gapLooks(gap: AttributedGap, migration: Migration): string[] {
  const stream = migration.new.streams[gap.stream];
  const workloads = workloadsOnHop(gap, migration);
  const namespaces = [...new Set(workloads.map(({ namespace }) => namespace))];
  const group = rpkLook(migration.new.kafka, `group describe ${stream?.group}`);
  return [
    ...workloads.map(
      ({ kind, namespace, name }) =>
        `kubectl logs -n ${namespace} ${kind.toLowerCase()}/${name} --since-time=${gap.from} --timestamps`,
    ),
    ...namespaces.map(
      (namespace) => `kubectl get events,networkpolicies -n ${namespace} --sort-by=.metadata.creationTimestamp`,
    ),
    ...(gap.attribution?.hop === 'sink' ? [group] : []),
  ];
}
