import http from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { isTrue } from '../kubernetes/controllers/conditions.ts';
import type { KubeObject } from '../kubernetes/object.ts';
import { StatusError } from '../kubernetes/status.ts';
import type { KubeStore } from '../kubernetes/store.ts';
import type { ContainerContext, Program } from '../program.ts';
import { applyObjects, type InventoryEntry, inventoryEntry, prune } from './apply.ts';
import { digestOf, unpacked } from './archive.ts';
import { BuildError, build } from './build.ts';
import { type Files, gitRepositories, kustomizations } from './content.ts';
import { goDuration } from './duration.ts';
import { unhealthy } from './health.ts';
import { controllerLog, logStart } from './log.ts';
import { Loop } from './loop.ts';
import type { Artifact, SourceOptions } from './source-controller.ts';
import { writeStatus } from './status.ts';

export const finalizer = 'finalizers.fluxcd.io';

/** Flux looks again after this long where something it needs is not there yet. */
const retryMs = 5_000;
const defaultTimeoutMs = 300_000;
const healthPollMs = 250;

/** Flux's kustomize-controller: applies what a source holds under a path, on each interval, on request, and on each new revision. */
export function kustomizeController({ store, live }: Pick<SourceOptions, 'store' | 'live'>): Program {
  return {
    cpuCores: 0.003,
    memoryBytes: () => 42 * 2 ** 20,
    async run(context) {
      logStart(context);
      await live;
      const rest = (object: KubeObject) => goDuration(object.spec?.interval) ?? 600_000;
      const reconcile = (object: KubeObject) => new Reconciliation(store, context, object).run(rest(object));
      const loop = new Loop({ store, ref: kustomizations, reconcile, rest, signal: context.signal });
      using _sources = store.watchSince(gitRepositories, store.resourceVersion, ({ object, previous }) => {
        if (revisionOf(object) === revisionOf(previous)) return;
        for (const each of store.list(kustomizations)) if (isFrom(each, object)) loop.look(each);
      });
      await loop.run();
      return 0;
    },
  };
}

function revisionOf(source: KubeObject | undefined): string | undefined {
  return (source?.status?.artifact as Artifact | undefined)?.revision;
}

interface SourceRef {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

function sourceOf(spec: KubeObject['spec']): SourceRef {
  return (spec?.sourceRef ?? { kind: '', name: '' }) as SourceRef;
}

function isFrom({ spec, metadata }: KubeObject, source: KubeObject): boolean {
  const { kind, name, namespace = metadata.namespace } = sourceOf(spec);
  return kind === source.kind && name === source.metadata.name && namespace === source.metadata.namespace;
}

/** Why a reconciliation ends, and when the next one begins. */
class Unready extends Error {
  readonly reason: string;
  /** Undefined: after the interval. */
  readonly retryMs: number | undefined;

  constructor(reason: string, message: string, retry?: number) {
    super(message);
    this.reason = reason;
    this.retryMs = retry;
  }
}

/** One look at one Kustomization. */
class Reconciliation {
  readonly #store: KubeStore;
  readonly #context: ContainerContext;
  readonly #object: KubeObject;
  readonly #log: ReturnType<typeof controllerLog>;

  constructor(store: KubeStore, context: ContainerContext, object: KubeObject) {
    this.#store = store;
    this.#context = context;
    this.#object = object;
    this.#log = controllerLog(context, object);
  }

  /** Resolves with the milliseconds until the next look; undefined when there is none until something changes. */
  async run(intervalMs: number): Promise<number | undefined> {
    const { metadata, spec = {} } = this.#object;
    if (metadata.deletionTimestamp !== undefined) return this.#finalize();
    if (!metadata.finalizers?.includes(finalizer)) {
      this.#store.change(kustomizations, metadata.namespace, metadata.name, (object) => {
        object.metadata.finalizers = [...(object.metadata.finalizers ?? []), finalizer];
      });
    }
    if (spec.suspend === true) return this.#rest();
    try {
      await this.#reconcile();
      return intervalMs;
    } catch (error) {
      if (!(error instanceof Unready)) throw error;
      this.#log('error', error.message);
      const { reason, message } = error;
      this.#write({ Ready: { status: 'False', reason, message }, Reconciling: undefined }, {}, true);
      return error.retryMs ?? intervalMs;
    }
  }

  /** Suspended, it applies nothing; one that was Ready counts as seen. */
  #rest(): undefined {
    if (isTrue(this.#object, 'Ready')) this.#write({}, {}, true);
  }

  /** A Kustomization that is deleted takes its objects with it, unless it does not prune or is suspended. */
  #finalize(): undefined {
    const { metadata, spec = {} } = this.#object;
    if (!metadata.finalizers?.includes(finalizer)) return;
    if (spec.prune === true && spec.suspend !== true) {
      const deleted = prune(this.#store, this.#inventory(), this.#owner());
      if (deleted.length > 0) this.#log('info', `garbage collection completed: ${deleted.join(', ')}`);
    }
    this.#store.change(kustomizations, metadata.namespace, metadata.name, (object) => {
      object.metadata.finalizers = (object.metadata.finalizers ?? []).filter((each) => each !== finalizer);
    });
  }

  async #reconcile(): Promise<void> {
    const { spec = {} } = this.#object;
    const artifact = this.#artifact();
    this.#checkDependencies();
    const { revision } = artifact;
    this.#write({
      Ready: { status: 'Unknown', reason: 'Progressing', message: 'Reconciliation in progress' },
      Reconciling: {
        status: 'True',
        reason: 'Progressing',
        message: `Fetching manifests for revision ${revision} with a timeout of ${spec.timeout ?? spec.interval}`,
      },
    });
    const objects = this.#build(await this.#fetch(artifact));
    const before = this.#inventory();
    const entries = objects.map(inventoryEntry);
    this.#apply(objects);
    this.#write({}, { lastAttemptedRevision: revision, inventory: { entries } });
    if (spec.prune === true) {
      const left = before.filter(({ id }) => !entries.some((entry) => entry.id === id));
      const deleted = prune(this.#store, left, this.#owner());
      if (deleted.length > 0) this.#log('info', `garbage collection completed: ${deleted.join(', ')}`);
    }
    if (spec.wait === true) await this.#awaitHealth(entries, revision);
    const message = `Applied revision: ${revision}`;
    this.#write(
      {
        Ready: { status: 'True', reason: 'ReconciliationSucceeded', message },
        Reconciling: undefined,
      },
      { lastAppliedRevision: revision },
      true,
    );
  }

  #artifact(): Artifact {
    const { metadata, spec = {} } = this.#object;
    const { kind, name, namespace = metadata.namespace } = sourceOf(spec);
    const source = kind === 'GitRepository' ? this.#store.get(gitRepositories, namespace, name) : undefined;
    if (!source) {
      const what = `${kind.toLowerCase()}s.source.toolkit.fluxcd.io`;
      throw new Unready('ArtifactFailed', `${what} "${name}" not found`, retryMs);
    }
    const artifact = source.status?.artifact as Artifact | undefined;
    if (!artifact) throw new Unready('ArtifactFailed', 'Source artifact not found, retrying in 30s', retryMs);
    return artifact;
  }

  #checkDependencies(): void {
    const { metadata, spec = {} } = this.#object;
    for (const { name, namespace = metadata.namespace } of (spec.dependsOn ?? []) as {
      name: string;
      namespace?: string;
    }[]) {
      const needed = this.#store.get(kustomizations, namespace, name);
      const isReady =
        needed && isTrue(needed, 'Ready') && needed.status?.observedGeneration === needed.metadata.generation;
      if (!isReady) throw new Unready('DependencyNotReady', `dependency '${namespace}/${name}' is not ready`, retryMs);
    }
  }

  async #fetch({ url, digest }: Artifact): Promise<Files> {
    try {
      const archive = await download(this.#context, new URL(url));
      if (digestOf(archive) !== digest) throw new Error(`failed to verify archive: its digest is not ${digest}`);
      return await unpacked(archive);
    } catch (error) {
      const message = `failed to download archive from ${url}: ${(error as Error).message}`;
      throw new Unready('ArtifactFailed', message, retryMs);
    }
  }

  #build(files: Files): KubeObject[] {
    const { path = './', targetNamespace } = (this.#object.spec ?? {}) as { path?: string; targetNamespace?: string };
    if (targetNamespace !== undefined)
      throw new Unready('BuildFailed', "kustomize build failed: the embedded replica's Flux knows no targetNamespace");
    try {
      return build(files, path);
    } catch (error) {
      if (!(error instanceof BuildError)) throw error;
      throw new Unready(error.reason, error.message);
    }
  }

  #apply(objects: readonly KubeObject[]): void {
    try {
      const changed = applyObjects(this.#store, objects, this.#owner());
      if (changed.length > 0) this.#log('info', `server-side apply completed: ${changed.join(', ')}`);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      throw new Unready('ReconciliationFailed', error.message);
    }
  }

  async #awaitHealth(entries: readonly InventoryEntry[], revision: string): Promise<void> {
    const { spec = {} } = this.#object;
    const withinMs = goDuration(spec.timeout ?? spec.interval) ?? defaultTimeoutMs;
    const deadline = Date.now() + withinMs;
    const own = inventoryEntry(this.#object).id;
    const others = entries.filter(({ id }) => id !== own);
    for (let left = unhealthy(this.#store, others); left.length > 0; left = unhealthy(this.#store, others)) {
      const message = `Running health checks for revision ${revision} with a timeout of ${spec.timeout ?? spec.interval}`;
      this.#write({ Healthy: { status: 'Unknown', reason: 'Progressing', message } });
      if (Date.now() > deadline) {
        const late = `health check failed after ${withinMs / 1000}s: timeout waiting for: [${left.join(', ')}]`;
        this.#write({ Healthy: { status: 'False', reason: 'HealthCheckFailed', message: late } });
        throw new Unready('HealthCheckFailed', late);
      }
      await sleep(healthPollMs, undefined, { signal: this.#context.signal }).catch(() => {
        throw new Unready('HealthCheckFailed', 'health check cancelled');
      });
    }
    const message = 'Health check passed';
    this.#write({ Healthy: { status: 'True', reason: 'Succeeded', message } });
  }

  #write(...[conditions, members, handled]: WriteArguments): void {
    writeStatus(this.#store, kustomizations, this.#object, this.#context.now(), {
      conditions,
      ...(members === undefined ? {} : { members }),
      ...(handled === undefined ? {} : { handled }),
    });
  }

  #inventory(): readonly InventoryEntry[] {
    const { namespace, name } = this.#object.metadata;
    const { inventory } = (this.#store.get(kustomizations, namespace, name)?.status ?? {}) as {
      inventory?: { entries?: InventoryEntry[] };
    };
    return inventory?.entries ?? [];
  }

  #owner() {
    const { namespace = 'default', name } = this.#object.metadata;
    return { namespace, name };
  }
}

type StatusChange = Parameters<typeof writeStatus>[4];
type WriteArguments = [StatusChange['conditions'], StatusChange['members']?, StatusChange['handled']?];

/** GET through the pod's own network. */
async function download(context: ContainerContext, { hostname, port, pathname }: URL): Promise<Buffer> {
  const socket = await context.dial(hostname, Number(port || 80));
  try {
    const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
    const request = http.request({ path: pathname, host: hostname, createConnection: () => socket });
    request.once('response', resolve).on('error', reject).end();
    const response = await promise;
    if (response.statusCode !== 200) throw new Error(`failed to download archive, status: ${response.statusCode}`);
    return await buffer(response);
  } finally {
    socket.destroy();
  }
}
