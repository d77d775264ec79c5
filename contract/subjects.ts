import type { Kafka } from 'kafkajs';
import type { Get } from '../helpers/connect/instance.ts';
import type { Queries } from '../helpers/database/sql.ts';
import { connectDouble } from './double/connect.ts';
import { kafkaDouble } from './double/kafka.ts';
import { postgresDouble } from './double/postgres.ts';
import { realConnect } from './real/connect.ts';
import { realKafka } from './real/kafka.ts';
import { realPostgres } from './real/postgres.ts';
import type { Absent, Subject } from './suite.ts';

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

/** The subjects of each contract: the real program where the environment says where it is, and the replica's double. */
export const kafkaSubjects: readonly (Subject<KafkaSystem> | Absent)[] = [kafkaDouble(), realKafka()];
export const postgresSubjects: readonly (Subject<PostgresSystem> | Absent)[] = [postgresDouble(), realPostgres()];
export const connectSubjects: readonly (Subject<ConnectSystem> | Absent)[] = [connectDouble(), realConnect()];
