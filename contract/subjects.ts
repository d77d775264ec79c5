import { clusterDouble } from './double/cluster.ts';
import { connectDouble } from './double/connect.ts';
import { kafkaDouble } from './double/kafka.ts';
import { kubernetesDouble } from './double/kubernetes.ts';
import { postgresDouble } from './double/postgres.ts';
import { realConnect } from './real/connect.ts';
import { realKafka } from './real/kafka.ts';
import { realKubernetes } from './real/kubernetes.ts';
import { realPostgres } from './real/postgres.ts';
import type { Absent, Subject } from './suite.ts';
import type { ConnectSystem, KafkaSystem, KubernetesSystem, PostgresSystem } from './systems.ts';

/** The subjects of each contract: the real program where the environment says where it is, and the replica's double. */
export const kafkaSubjects: readonly (Subject<KafkaSystem> | Absent)[] = [kafkaDouble(), realKafka()];
export const postgresSubjects: readonly (Subject<PostgresSystem> | Absent)[] = [postgresDouble(), realPostgres()];
export const connectSubjects: readonly (Subject<ConnectSystem> | Absent)[] = [connectDouble(), realConnect()];
export const kubernetesSubjects: readonly (Subject<KubernetesSystem> | Absent)[] = [
  kubernetesDouble(),
  realKubernetes(),
];
/** With a node that runs what is asked for. */
export const clusterSubjects: readonly (Subject<KubernetesSystem> | Absent)[] = [clusterDouble(), realKubernetes()];
