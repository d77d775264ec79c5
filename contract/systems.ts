import { type KubeConfig, VersionApi } from '@kubernetes/client-node';
import type { Kafka } from 'kafkajs';
import type { Get } from '../helpers/connect/instance.ts';
import type { Queries } from '../helpers/database/sql.ts';
import { observeVersion } from '../helpers/doctor/observe/database.ts';
import type { Get as GetPrometheus } from '../helpers/prometheus/api.ts';
import type { Opened } from './suite.ts';

/** What a contract needs of a system, real or double. Each is closed when its suite ends. */
export interface KafkaSystem extends Opened {
  readonly kafka: Kafka;
}

export interface PostgresSystem extends Opened {
  /** Queries of a role that may write, one session: what one query sets holds for the next. */
  readonly db: Queries;
  readonly timescale: boolean;
  /** TimescaleDB's community edition; Debian's is the Apache edition, which has no policies. */
  readonly policies: boolean;
}

/** Redpanda Connect in streams mode, as the bridge of replica/manifests. */
export interface ConnectSystem extends Opened {
  readonly get: Get;
  readonly streams: readonly string[];
  /** With which it logs in to MQTT. */
  readonly password: string;
  /** One message on an MQTT topic of the sensors, QoS 1. */
  publish(topic: string, payload: string): Promise<void>;
}

/** Prometheus with the rules of replica/manifests and some of the contract's own, and one program that it scrapes. */
export interface PrometheusSystem extends Opened {
  readonly get: GetPrometheus;
  /** What the scraped program exports from now on. */
  expose(page: string): void;
}

/** A Kubernetes API with controllers. What a contract makes lies in the namespace, which is gone in the end. */
export interface KubernetesSystem extends Opened {
  readonly namespace: string;
  /** May do everything. */
  readonly admin: KubeConfig;
  /** May read the namespace's pods, and its Secret `readable`. */
  readonly reader: KubeConfig;
  /** The reader's user name in messages. */
  readonly readerName: string;
}

/** A Kubernetes API with Flux in it. What a contract makes lies in the namespace and on the branch, and is gone in the end. */
export interface FluxSystem extends KubernetesSystem {
  /** Of the Git repository, as the cluster knows it. */
  readonly url: string;
  readonly branch: string;
  /** Makes these the files of the branch's newest commit; resolves with its SHA-1. */
  push(files: ReadonlyMap<string, string>): Promise<string>;
}

/** `PostgreSQL 17.5, TimescaleDB 2.23.1 (community)`, by the server's own words. */
export async function versionOfPostgres(db: Queries): Promise<string> {
  const { postgres, timescale } = await observeVersion(db);
  return timescale ? `${postgres}, TimescaleDB ${timescale.version} (${timescale.edition})` : postgres;
}

export async function versionOfKubernetes(config: KubeConfig): Promise<string> {
  return (await config.makeApiClient(VersionApi).getCode()).gitVersion;
}
