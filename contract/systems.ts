import type { KubeConfig } from '@kubernetes/client-node';
import type { Kafka } from 'kafkajs';
import type { Get } from '../helpers/connect/instance.ts';
import type { Queries } from '../helpers/database/sql.ts';

/** What a contract needs of a system, real or double. Each is closed when its suite ends. */
export interface KafkaSystem extends AsyncDisposable {
  readonly kafka: Kafka;
}

export interface PostgresSystem extends AsyncDisposable {
  /** Queries of a role that may write, one session: what one query sets holds for the next. */
  readonly db: Queries;
  readonly timescale: boolean;
  /** TimescaleDB's community edition; Debian's is the Apache edition, which has no policies. */
  readonly policies: boolean;
}

/** Redpanda Connect in streams mode, as the bridge of replica/manifests. */
export interface ConnectSystem extends AsyncDisposable {
  readonly get: Get;
  readonly streams: readonly string[];
  /** With which it logs in to MQTT. */
  readonly password: string;
  /** One message on an MQTT topic of the sensors, QoS 1. */
  publish(topic: string, payload: string): Promise<void>;
}

/** A Kubernetes API with controllers. What a contract makes lies in the namespace, which is gone in the end. */
export interface KubernetesSystem extends AsyncDisposable {
  readonly namespace: string;
  /** May do everything. */
  readonly admin: KubeConfig;
  /** May read the namespace's pods, and its Secret `readable`. */
  readonly reader: KubeConfig;
  /** The reader's user name in messages. */
  readonly readerName: string;
}
