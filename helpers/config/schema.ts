import { z } from 'zod';
import { duration } from './duration.ts';
import { backupSection } from './sections/backup.ts';
import { gitopsSection } from './sections/gitops.ts';
import { agreementSection, oldStreams } from './sections/old-streams.ts';
import { oldSystemMembers } from './sections/old-system.ts';
import { ledgerSection, planSection } from './sections/plan.ts';
import { prometheusSection } from './sections/prometheus.ts';

/** migration.yaml, section by section. Every object is strict: an unknown key is a mistake, not an extension. */
const name = z.string().min(1);
const port = z.int().min(1).max(65535);
const kubernetesName = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, 'a Kubernetes name: lower case letters, digits and dashes');

const credential = z.strictObject({
  secret: z
    .strictObject({ namespace: kubernetesName, name: kubernetesName, username: name, password: name })
    .optional(),
  env: z.strictObject({ username: name, password: name }).optional(),
});

const target = z.strictObject({
  /** scratch: a cluster on which `npm run replica -- --on` raised a replica. */
  kind: z.enum(['embedded', 'k3d', 'scratch', 'live']),
  /** Divides what is waited for on a replica; 1 is life's own pace. */
  timeScale: z.number().min(1).max(3600).default(1),
  /** Path of the kubeconfig; without it KUBECONFIG, then ~/.kube/config. A replica has its own. */
  kubeconfig: name.optional(),
  context: name.optional(),
  /** The context of an operator who may change the cluster: for acts alone, never for verify. */
  adminContext: name.optional(),
  /** Take the place of those of the same name under credentials. */
  credentials: z.record(name, credential).optional(),
});

const run = z.strictObject({
  window: duration,
  readingsApart: duration,
  deadline: duration,
  connectDeadline: duration,
  futureTolerance: duration,
  /** How long phase 5 watches the new system. */
  watch: duration,
});

const workload = z.strictObject({
  kind: z.enum(['Deployment', 'StatefulSet']),
  namespace: kubernetesName,
  name: kubernetesName,
  replicas: z.int().min(0).default(1),
});

const service = z.strictObject({ namespace: kubernetesName, service: kubernetesName, port });

const database = service.extend({
  database: name,
  credentials: name,
});

const newDatabase = database.extend({
  migrations: z.array(z.int().positive()).min(1),
  migrationJob: kubernetesName,
  /** The claim that its data lies on. */
  claim: kubernetesName.optional(),
});

const connect = z.strictObject({
  kind: z.enum(['Deployment', 'StatefulSet']),
  namespace: kubernetesName,
  name: kubernetesName,
  port,
  streams: z.array(name).min(1),
});

const streamRef = z.strictObject({ instance: name, stream: name });

/** The plausible range of a column that the stream is expected to fill. A column without a range must only be filled. */
const column = z.strictObject({ min: z.number().optional(), max: z.number().optional() });

const rows = z.strictObject({
  database: name,
  table: name,
  time: name,
  device: name,
  /** Column values that tell this stream's rows from others in a shared table. */
  where: z.record(name, z.string()).default({}),
  columns: z.record(name, column),
});

const stream = z
  .strictObject({
    mqttTopic: name,
    topic: name,
    group: name,
    every: duration,
    freshness: duration,
    /** Stored rows may pause so long; without it, for the freshness and for three intervals at least. */
    maxGap: duration.optional(),
    maxLag: z.int().positive(),
    /** Member of a record that becomes the time of its row. */
    recordTime: name.default('ts'),
    bridge: streamRef,
    sink: streamRef,
    /** The old topic that hears the same sensor: a witness of what the sensor sent. */
    oldTopic: name.optional(),
    rows,
  })
  .transform((stream) => ({
    ...stream,
    maxGap: stream.maxGap ?? Math.max(3 * stream.every, stream.freshness),
    /** Life's own interval, at which rows stand in history: `every` is a replica's own on a replica. */
    storedEvery: stream.every,
  }));

const settings = z.strictObject({
  topic: name,
  group: name,
  maxLag: z.int().positive(),
  sink: streamRef,
  database: name,
  table: name,
  device: name,
  deviceTag: name,
  fields: z.record(name, name),
});

const hypertable = z.strictObject({ database: name, table: name, timeColumn: name, retention: duration });

const instant = z.iso.datetime({ offset: true });

export const migrationSchema = z.strictObject({
  target: name,
  targets: z.record(name, target),
  ledger: ledgerSection,
  plan: planSection,
  run,
  credentials: z.record(name, credential),
  new: z.strictObject({
    workloads: z.array(workload).min(1),
    mqtt: service.extend({ credentials: name }),
    kafka: service,
    databases: z.record(name, newDatabase),
    connect: z.record(name, connect),
    hypertables: z.array(hypertable).min(1),
    streams: z.record(name, stream),
    settings,
  }),
  limits: z.strictObject({
    duplicateShare: z.number().min(0).max(1),
    rate: z.number().min(0).max(1),
    /** What is used up sooner than in so many days is told. */
    memoryDays: z.number().positive(),
    diskDays: z.number().positive(),
    /** Of a volume, that its database may fill once each table is as old as its retention policy. */
    volumeShare: z.number().gt(0).max(1).default(0.8),
  }),
  logs: z.strictObject({
    /** Entries of level error that a day may bring while both systems are observed. */
    budgetPerDay: z.int().min(0),
    allow: z.array(z.strictObject({ match: name, reason: name, namespace: kubernetesName.optional() })),
  }),
  old: z.strictObject({
    workloads: z.array(workload),
    namespaces: z.array(kubernetesName),
    dataNamespaces: z.array(kubernetesName),
    topics: z.array(name),
    groups: z.array(name),
    database,
    ...oldStreams,
    ...oldSystemMembers,
  }),
  agreement: agreementSection,
  gitops: gitopsSection,
  backup: backupSection,
  prometheus: prometheusSection,
  maintenance: z.array(z.strictObject({ from: instant, to: instant, reason: name })),
  waivers: z.record(name, z.strictObject({ reason: name, until: z.iso.date() })),
  gating: z.record(name, z.strictObject({ gates: z.boolean(), reason: name })),
});

/** migration.yaml after validation: durations are in seconds. */
export type Migration = z.output<typeof migrationSchema>;
export type TargetConfig = Migration['targets'][string];
export type StreamConfig = Migration['new']['streams'][string];
export type SettingsConfig = Migration['new']['settings'];
export type WorkloadRef = Migration['new']['workloads'][number];
export type ConnectConfig = Migration['new']['connect'][string];
export type ServiceRef = Migration['new']['kafka'];
export type DatabaseConfig = Migration['old']['database'];
export type BackupConfig = Migration['backup'];
export type HypertableConfig = Migration['new']['hypertables'][number];
