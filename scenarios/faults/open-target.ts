import { PassThrough } from 'node:stream';
import {
  AppsV1Api,
  BatchV1Api,
  CoreV1Api,
  CustomObjectsApi,
  Exec,
  RbacAuthorizationV1Api,
  type V1Status,
} from '@kubernetes/client-node';
import type pg from 'pg';
import type { Migration } from '../../helpers/config/schema.ts';
import { connectTarget } from '../../helpers/target/connect.ts';
import { connectKafka } from '../../helpers/target/dial/kafka.ts';
import { connectMqtt } from '../../helpers/target/dial/mqtt.ts';
import type { Target } from '../../helpers/target/target.ts';
import { fluxNamespace } from '../../replica/cluster/flux.ts';
import { pushRepository } from '../../replica/cluster/git-server.ts';
import { readMark } from '../../replica/cluster/record.ts';
import { connectSuperuser, replicaLogin } from '../../replica/cluster/superuser.ts';
import { branch, commitChange, filesOf, headOf, rootOf } from '../../replica/embedded/flux/repository.ts';
import { ConnectApi } from './connect-api.ts';
import type { DatabaseName, FaultSwitches, FaultTarget, GitEdits } from './fault.ts';

export interface OpenOptions {
  /** Path of a kubeconfig with the admin's context. */
  readonly kubeconfig: string;
  readonly context: string;
  readonly timeScale: number;
  readonly migration: Migration;
  readonly hooks?: FaultSwitches;
  /** The Git repository that Flux applies, where it is the replica’s own. */
  readonly gitdir?: string;
}

/** What a cluster that is no cluster of anybody's own says that it is. */
const replicaKinds: ReadonlySet<string> = new Set(['embedded', 'scratch', 'k3d']);

/**
 * Opens a replica for planting faults: there is no other way to a `FaultTarget`. Throws when the cluster does not say of
 * itself that it is a replica, by the kind in its ConfigMap kube-system/telemetry-replica, which whoever makes a replica
 * puts there: nothing is ever planted elsewhere, whatever the kubeconfig or the context is called.
 */
export async function openFaultTarget(options: OpenOptions): Promise<FaultTarget & AsyncDisposable> {
  const { kubeconfig, context, timeScale, migration, hooks, gitdir } = options;
  const target = await connectTarget({ kind: 'embedded', timeScale, kubeconfig, context }, 'fault', {
    env: process.env,
  });
  const core = target.kubeConfig.makeApiClient(CoreV1Api);
  let kind: string;
  try {
    kind = await replicaKind(core, context);
  } catch (error) {
    await target.close();
    throw error;
  }
  const custom = target.kubeConfig.makeApiClient(CustomObjectsApi);
  // An embedded Flux reads the repository where it lies; a real one its Git server's.
  const push = kind === 'embedded' ? async () => {} : (from: string) => pushTo(target, custom, from);
  const instances = new Map<string, ConnectApi>();
  return {
    migration,
    timeScale,
    kubeconfig,
    core,
    batch: target.kubeConfig.makeApiClient(BatchV1Api),
    apps: target.kubeConfig.makeApiClient(AppsV1Api),
    rbac: target.kubeConfig.makeApiClient(RbacAuthorizationV1Api),
    custom,
    kafka: connectKafka(target, migration.new.kafka).kafka,
    sql: (database, text) => asSuperuser(target, core, migration, database, text),
    publishMqtt: (topic, payload) => publish(target, core, migration, topic, payload),
    connect(instance) {
      const api = instances.get(instance) ?? new ConnectApi(() => dialInstance(target, core, migration, instance));
      instances.set(instance, api);
      return api;
    },
    exec: (namespace, pod, container, command) => exec(target, namespace, pod, container, command),
    ...(hooks ? { hooks } : {}),
    ...(gitdir === undefined ? {} : { git: gitEdits(gitdir, push) }),
    async [Symbol.asyncDispose]() {
      for (const api of instances.values()) api[Symbol.dispose]();
      await target.close();
    },
  };
}

async function replicaKind(core: CoreV1Api, context: string): Promise<string> {
  const mark = await readMark({ core });
  if (mark !== undefined && replicaKinds.has(mark.kind)) return mark.kind;
  const said = mark === undefined ? 'has no ConfigMap' : `says "${mark.kind}" in its ConfigMap`;
  throw new Error(`context ${context} is no replica (it ${said} kube-system/telemetry-replica): nothing is planted`);
}

async function asSuperuser<Row extends object>(
  target: Target,
  core: CoreV1Api,
  migration: Migration,
  database: DatabaseName,
  text: string,
): Promise<Row[]> {
  const place = database === 'old' ? migration.old.database : migration.new.databases[database];
  if (!place) throw new Error(`migration.yaml has no database ${database}`);
  const client = await connectSuperuser(target, core, place);
  try {
    const answer: pg.QueryResult | pg.QueryResult[] = await client.query(text);
    return ((Array.isArray(answer) ? answer.at(-1) : answer)?.rows ?? []) as Row[];
  } finally {
    await client.end();
  }
}

async function exec(target: Target, namespace: string, pod: string, container: string, command: readonly string[]) {
  const { promise, resolve } = Promise.withResolvers<V1Status>();
  // The API wants at least one stream, even where nobody reads it.
  const output = new PassThrough().resume();
  await new Exec(target.kubeConfig).exec(namespace, pod, container, [...command], output, output, null, false, resolve);
  const { status, message } = await promise;
  if (status !== 'Success') throw new Error(`${command.join(' ')} in ${namespace}/${pod}: ${message}`);
}

/** As the stand-in for the sensors does. */
async function publish(target: Target, core: CoreV1Api, migration: Migration, topic: string, payload: string) {
  const client = await connectMqtt(target, migration.new.mqtt, await replicaLogin(core, 'sensors', 'mqtt-credentials'));
  await client.publishAsync(topic, payload, { qos: 1 });
  await client.endAsync();
}

async function dialInstance(target: Target, core: CoreV1Api, migration: Migration, instance: string) {
  const config = migration.new.connect[instance];
  if (!config) throw new Error(`migration.yaml has no Redpanda Connect instance ${instance}`);
  const { namespace, name, port } = config;
  const { items } = await core.listNamespacedPod({ namespace, labelSelector: `app=${name}` });
  const pod = items.find(({ metadata, status }) => !metadata?.deletionTimestamp && status?.phase === 'Running')
    ?.metadata?.name;
  if (!pod) throw new Error(`${namespace}/${name} has no running pod`);
  return target.dial({ namespace, pod, port });
}

function gitEdits(gitdir: string, push: (gitdir: string) => Promise<void>): GitEdits {
  const head = async () => filesOf(gitdir, await headOf(gitdir, branch));
  return {
    files: async () => [...(await head()).keys()],
    read: async (path) => (await head()).get(path),
    original: async () => filesOf(gitdir, await rootOf(gitdir)),
    async commit(message, edits) {
      const made = await commitChange(gitdir, message, edits);
      await push(gitdir);
      return made;
    },
  };
}

/** To the server that the cluster's Flux reads. */
async function pushTo(target: Target, custom: CustomObjectsApi, gitdir: string): Promise<void> {
  const kind = { group: 'source.toolkit.fluxcd.io', version: 'v1', plural: 'gitrepositories' };
  const { spec } = await custom.getNamespacedCustomObject({ ...kind, namespace: fluxNamespace, name: fluxNamespace });
  await pushRepository(target, gitdir, spec.url);
}
