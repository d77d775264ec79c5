import { markObjects } from '../mark.ts';
import { ClusterClock } from './cluster-clock.ts';
import { FaultHooks } from './fault-hooks.ts';
import { fluxControllers } from './flux/controllers.ts';
import { openFlux } from './flux/flux.ts';
import { atPace } from './flux/stage.ts';
import { historyStartMs } from './history/schedule.ts';
import type { HistoryState } from './history/state.ts';
import { loadCertificates } from './kubernetes/certificates.ts';
import { startControllers } from './kubernetes/controllers/start.ts';
import { kubeconfig } from './kubernetes/kubeconfig.ts';
import type { KubeObject } from './kubernetes/object.ts';
import { resourceOf } from './kubernetes/resources.ts';
import { type Routes, startApiServer } from './kubernetes/server.ts';
import { createObjectStore, type KubeStore } from './kubernetes/store.ts';
import { asOf, loadManifests } from './manifests.ts';
import { startNode } from './node/node.ts';
import { nodeName, recordImage } from './node/node-object.ts';
import { livePastNights } from './past-nights.ts';
import { replicaPrograms } from './replica-programs.ts';
import { retainOldData } from './retained.ts';
import { whenReady } from './when-ready.ts';

export interface EmbeddedReplicaOptions {
  readonly state: HistoryState;
  /** How much faster than life what is waited for passes. */
  readonly timeScale: number;
  /** Where prepared databases and certificates are kept between starts. */
  readonly cacheDirectory: string;
  /** Where the Git repository is put that Flux applies. */
  readonly gitdir: string;
  readonly progress: (step: string) => void;
  /** What the API server answers under /replica.local/, to the admin only. */
  readonly routes: (hooks: FaultHooks) => Routes;
}

export interface EmbeddedReplica extends AsyncDisposable {
  /** A kubeconfig as text: context `embedded` may do everything, `verifier@embedded` may read. */
  readonly kubeconfig: string;
  /** Of its API server. */
  readonly url: string;
  /** When its past ended. */
  readonly nowMs: number;
}

/** What the others speak to: started first, so that nobody's log begins with a refused connection. */
const foundations = new Set(['redpanda-v2', 'timescaledb', 'postgres']);

/**
 * Starts an embedded replica: an API server with controllers and one node, both systems running on it, and eight days
 * behind them. Resolves when every pod is ready and the API answers. Throws when a pod does not become ready in time,
 * saying which and why.
 */
export async function startEmbeddedReplica(options: EmbeddedReplicaOptions): Promise<EmbeddedReplica> {
  const { state, timeScale, cacheDirectory, gitdir, progress } = options;
  await using started = new AsyncDisposableStack();
  const nowMs = Date.now();
  // The cluster's clock stands at the beginning of the past until everything runs: objects and logs are as old as that.
  const clock = new ClusterClock(historyStartMs(nowMs));
  const { now, seeding } = clock;

  progress('reading the manifests');
  const manifests = (await loadManifests()).map((object) => atPace(object, timeScale));
  const store = createObjectStore({ now });
  const certificates = await loadCertificates(cacheDirectory);
  started.use(startControllers(store, { now, timeScale, rootCaPem: certificates.certPem }));
  const programs = started.use(replicaPrograms({ state, nowMs, timeScale, manifests, cacheDirectory }));
  const past = Promise.withResolvers<void>();
  const flux = await openFlux({ store, state, manifests, gitdir, cacheDirectory, now, nowMs, live: past.promise });
  const programFor: typeof programs.programFor = (image, args) =>
    flux.programFor(image) ?? programs.programFor(image, args);
  const node = started.use(startNode({ store, programs: programFor, timeScale, now, seeding }));

  const objects = asOf(
    state,
    manifests.filter(({ kind }) => kind !== 'Job'),
  ).map(flux.applied);
  const first = objects.filter((object) => !isWorkload(object) || foundations.has(object.metadata.name));
  const broker = objects.filter((object) => isWorkload(object) && object.metadata.name === 'mosquitto');
  const rest = objects.filter((object) => !first.includes(object) && !broker.includes(object));
  // What is scaled to 0 has run here before, too.
  for (const image of objects.flatMap(imagesOf)) recordImage(store, nodeName, image);
  progress('loading eight days of history into three databases');
  for (const object of [...clusterObjects(state, timeScale), ...first, ...fluxControllers()]) create(store, object);
  // The first time the databases are made, on a machine that may be busy with something else.
  await whenReady(store, 240_000);
  // Last of what others speak to: its log holds every probe.
  for (const object of broker) create(store, object);
  await whenReady(store, 60_000);
  progress('starting both systems');
  for (const object of rest) create(store, object);
  await whenReady(store, 60_000);
  await programs.consuming(60_000);
  await livePastNights(store, clock);
  past.resolve();
  retainOldData(store, state);

  const hooks = new FaultHooks(node, programs);
  const routes = options.routes(hooks);
  const server = started.use(
    await startApiServer({
      store,
      kubelet: node,
      certificates,
      intercept: hooks.intercept,
      routes: () => routes,
      now,
    }),
  );
  const running = started.move();
  return {
    kubeconfig: kubeconfig(server),
    url: server.url,
    nowMs,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function create(store: KubeStore, object: KubeObject): void {
  const type = resourceOf(object);
  if (!type)
    throw new Error(`the manifests hold a ${object.apiVersion} ${object.kind}, which the replica has no resource for`);
  store.create(type, structuredClone(object));
}

const workloads: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet']);

function imagesOf({ spec }: KubeObject): string[] {
  const template = spec?.template as { spec?: { containers?: { image: string }[] } } | undefined;
  return (template?.spec?.containers ?? []).map(({ image }) => image);
}

function isWorkload({ kind }: KubeObject): boolean {
  return workloads.has(kind);
}

/** What every cluster has before anything is applied to it, and the mark that makes this one a replica. */
function clusterObjects(state: HistoryState, timeScale: number): readonly KubeObject[] {
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system' } },
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } },
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-node-lease' } },
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-public' } },
    // The API server's own Service; nothing in a replica dials it.
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: 'kubernetes',
        namespace: 'default',
        labels: { component: 'apiserver', provider: 'kubernetes' },
      },
      spec: { clusterIP: '10.43.0.1', ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }] },
    },
    ...markObjects('embedded', { complete: true, state, timeScale, standIns: [] }),
  ];
}
