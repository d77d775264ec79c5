import type { Migration, ServiceRef, StreamConfig, WorkloadRef } from '../config/schema.ts';

type Ref = Pick<WorkloadRef, 'kind' | 'namespace' | 'name'>;

/** The workloads on a stream's way, by what they do there. */
export interface HopWorkloads {
  readonly bridge: readonly Ref[];
  readonly kafka: readonly Ref[];
  readonly mqtt: readonly Ref[];
  readonly sink: readonly Ref[];
  readonly database: readonly Ref[];
}

export type Role = keyof HopWorkloads;

/**
 * Who carries a stream's messages, by migration.yaml. Behind a Service stand the workloads of its namespace that are no
 * Redpanda Connect: which of them it selects only the cluster knows, and there is one.
 */
export function hopWorkloads(
  stream: Pick<StreamConfig, 'bridge' | 'sink' | 'rows'>,
  migration: Migration,
): HopWorkloads {
  const { workloads, connect, kafka, mqtt, databases } = migration.new;
  const instance = (name: string): Ref[] => {
    const config = connect[name];
    return config === undefined ? [] : [{ kind: config.kind, namespace: config.namespace, name: config.name }];
  };
  const isConnect = (ref: Ref) =>
    Object.values(connect).some(({ namespace, name }) => namespace === ref.namespace && name === ref.name);
  const behind = (service: Pick<ServiceRef, 'namespace'> | undefined): Ref[] =>
    workloads.filter((ref) => ref.namespace === service?.namespace && !isConnect(ref));
  return {
    bridge: instance(stream.bridge.instance),
    kafka: behind(kafka),
    mqtt: behind(mqtt),
    sink: instance(stream.sink.instance),
    database: behind(databases[stream.rows.database]),
  };
}
