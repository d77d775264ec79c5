import type { Kafka } from 'kafkajs';
import type { MqttClient } from 'mqtt';
import type { Get } from '../helpers/connect/instance.ts';
import type { Queries } from '../helpers/database/sql.ts';
import { kafkaDouble } from './double/kafka.ts';
import { realConnect } from './real/connect.ts';
import { realKafka } from './real/kafka.ts';
import { realMqtt } from './real/mqtt.ts';
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
}

export interface MqttSystem extends AsyncDisposable {
  /** A connected client; rejects as mqtt.js does when the broker refuses. The contract ends it. */
  connect(options?: {
    readonly clientId?: string;
    readonly clean?: boolean;
    readonly password?: string;
  }): Promise<MqttClient>;
}

/** Redpanda Connect in streams mode with the stream `contract` of contract/real/streams. */
export interface ConnectSystem extends AsyncDisposable {
  readonly get: Get;
  /** One message on the stream's MQTT topic, QoS 1. */
  publish(payload: string): Promise<void>;
}

/** The subjects of each contract: the real program where the environment says where it is, and the replica's double. */
export const kafkaSubjects: readonly (Subject<KafkaSystem> | Absent)[] = [kafkaDouble(), realKafka()];
export const postgresSubjects: readonly (Subject<PostgresSystem> | Absent)[] = [realPostgres()];
export const mqttSubjects: readonly (Subject<MqttSystem> | Absent)[] = [realMqtt()];
export const connectSubjects: readonly (Subject<ConnectSystem> | Absent)[] = [realConnect()];
