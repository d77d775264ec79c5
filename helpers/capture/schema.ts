import { z } from 'zod';
import type { EntryKind } from '../ledger/entry.ts';

/**
 * The ledger's entry of kind `state-capture`: the state before the cutover, enough to put everything back and to account
 * for what came since. It holds no Secret's content: Secrets are listed by name, and what looks like a password in a
 * manifest is left out (`scrubbed` says where).
 */
const name = z.string().min(1);
const instant = z.iso.datetime({ offset: true });
const count = z.int().min(0);
const object = z.looseObject({
  apiVersion: name,
  kind: name,
  metadata: z.looseObject({ name, namespace: name.optional() }),
});

const owner = z.strictObject({ namespace: name, name });

const workload = z.strictObject({
  kind: z.enum(['Deployment', 'StatefulSet']),
  namespace: name,
  name,
  uid: name,
  /** As its spec says: what an undo scales back to. */
  replicas: count,
  ready: count,
  images: z.array(name),
  /** The Flux Kustomization that applies it, by its labels. */
  owner: owner.optional(),
  /** What its pods need beside images, in its own namespace. */
  secrets: z.array(name),
  configMaps: z.array(name),
  claims: z.array(name),
});

/** An owner as Flux had it: an undo resumes no more than what ran. */
const kustomization = owner.extend({
  suspended: z.boolean(),
  prune: z.boolean(),
  intervalSeconds: z.number().positive(),
  /** `main@sha1:…`, as last applied. */
  revision: name.optional(),
});

const topic = z.strictObject({
  topic: name,
  system: z.enum(['old', 'new']),
  /** When the offsets were read, on the clock that stamps the records. */
  at: instant,
  partitions: z.array(z.strictObject({ partition: count, lowOffset: count, highOffset: count })),
  /** Time of the newest record; not there when the topic holds none. */
  newestAt: instant.optional(),
});

const group = z.strictObject({
  group: name,
  system: z.enum(['old', 'new']),
  at: instant,
  state: name,
  members: count,
  /** `committedOffset` is not there where the group has committed none. */
  partitions: z.array(z.strictObject({ topic: name, partition: count, committedOffset: count.optional() })),
});

const table = z.strictObject({
  system: z.enum(['old', 'new']),
  /** Its name under new.databases, or `old`. */
  database: name,
  table: name,
  /** The database's own clock. */
  at: instant,
  rows: count,
  /** False: an estimate of the planner's, since counting took too long. */
  exact: z.boolean(),
  sizeBytes: count,
  /** The column that says when a row was, and its range; not there for a table without one, or without a row. */
  timeColumn: name.optional(),
  oldestAt: instant.optional(),
  newestAt: instant.optional(),
});

const usage = z.strictObject({
  namespace: name,
  pod: name,
  container: name,
  cpuMillicores: z.number().min(0),
  memoryBytes: count,
});

const schema = z.strictObject({
  kind: z.literal('state-capture'),
  /** When it began, on the API server's clock: what is stamped later came after it. */
  at: instant,
  /** UID of kube-system. */
  cluster: name,
  context: name,
  namespaces: z.array(z.strictObject({ name, uid: name })),
  workloads: z.array(workload),
  kustomizations: z.array(kustomization),
  topics: z.array(topic),
  groups: z.array(group),
  tables: z.array(table),
  usage: z.array(usage),
  /** Every object of the old namespaces that somebody wrote, as it can be applied again. */
  manifests: z.array(object),
  secrets: z.array(z.strictObject({ namespace: name, name })),
  /** What was left out of the manifests: `Deployment mqtt-input/mqtt-input: env MQTT_PASSWORD`. */
  scrubbed: z.array(name),
  /** What could not be observed, in words. An incomplete capture says so itself. */
  unseen: z.array(z.strictObject({ subject: name, message: name })),
});

export type StateCapture = z.output<typeof schema>;

export const stateCaptureEntry: EntryKind<StateCapture> = { kind: 'state-capture', schema };

export type CapturedWorkload = StateCapture['workloads'][number];
export type CapturedTopic = StateCapture['topics'][number];
