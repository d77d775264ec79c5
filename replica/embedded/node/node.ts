import { randomBytes } from 'node:crypto';
import type { KubeObject, ObjectStore } from '../kubernetes/object.ts';
import { badRequest, notFound, StatusError } from '../kubernetes/status.ts';
import type { Program } from '../program.ts';
import type { Container, NodeServices } from './container.ts';
import type { ContainerRun, Ending } from './container-run.ts';
import { EventRecorder } from './events.ts';
import type { ExecIo, Kubelet, LogOptions, PodRef } from './kubelet.ts';
import type { LogFile } from './log-file.ts';
import { Network } from './network.ts';
import { heartbeat, registerNode } from './node-object.ts';
import { type Pod, pods } from './pod.ts';
import { PodWorker } from './pod-worker.ts';
import { guardPrograms } from './program-guard.ts';
import { usageOf } from './usage.ts';

/** Set on a pod, the time that its first containers are taken to have started at: history for a seeded replica. */
const startedAtAnnotation = 'replica.local/started-at';

const hostIP = '172.18.0.2';
/** Memory grows slowly; a container over its limit is killed within this. */
const memoryCheckMs = 500;
const heartbeatMs = 10_000;

interface NodeOptions {
  readonly store: ObjectStore;
  /** The program behind an image and its command line; undefined when there is no such image. */
  readonly programs: (image: string, args: readonly string[]) => Program | undefined;
  /** How much faster than life back-offs, probes and grace periods run. */
  readonly timeScale: number;
  readonly now?: () => Date;
  /** While this answers true a past is made: pods have started when they were created, and leave no Events. */
  readonly seeding?: () => boolean;
}

/** The replica's one node: the kubelet double, its network, and what faults need to reach into both. */
export interface Node extends Kubelet, AsyncDisposable {
  readonly network: Network;
  /** Ends a container's run at once, as SIGKILL or the OOM killer would. Throws NotFound when it does not run. */
  kill(pod: PodRef & { container: string }, ending: Ending): void;
}

/** Starts the node: it runs every pod that is bound to a node, until disposed. */
export function startNode(options: NodeOptions): Node {
  return new RunningNode(options);
}

class RunningNode implements Node {
  readonly network: Network;
  readonly #services: NodeServices;
  readonly #workers = new Map<string, PodWorker>();
  readonly #addresses = new AddressPool();
  readonly #held = new DisposableStack();
  readonly #seeding: () => boolean;

  constructor(options: NodeOptions) {
    const { store, programs, timeScale, now = () => new Date(), seeding = () => false } = options;
    this.#seeding = seeding;
    this.network = new Network(store);
    this.#services = {
      store,
      programs,
      timeScale,
      now,
      events: new EventRecorder(store, { now, silent: seeding }),
      claims: new Map(),
    };
    registerNode(store, hostIP, now());
    this.#held.use(guardPrograms());
    const memoryCheck = setInterval(() => this.#checkMemory(), memoryCheckMs).unref();
    this.#held.defer(() => clearInterval(memoryCheck));
    let beatMs = Number.NEGATIVE_INFINITY;
    const beat = setInterval(() => {
      if (seeding() || performance.now() - beatMs < heartbeatMs) return;
      beatMs = performance.now();
      heartbeat(store, now());
    }, 1_000).unref();
    this.#held.defer(() => clearInterval(beat));
    this.#held.use(
      store.watch(pods, (event) => {
        if (event.type === 'DELETED') void this.#remove(event.object);
        else this.#see(event.object as Pod);
      }),
    );
    this.#held.use(
      store.watch({ group: '', resource: 'persistentvolumeclaims' }, ({ type, object }) => {
        if (type === 'DELETED') this.#services.claims.delete(`${object.metadata.namespace}/${object.metadata.name}`);
      }),
    );
    for (const pod of store.list(pods)) this.#see(pod as Pod);
  }

  logs(ref: PodRef & { container: string }, options: LogOptions, signal: AbortSignal): AsyncIterable<string> {
    const { container, worker } = this.#container(ref);
    return this.#logFile(container, worker, options.previous).read(options, signal);
  }

  async exec(
    ref: PodRef & { container: string },
    argv: readonly string[],
    io: ExecIo,
    signal: AbortSignal,
  ): Promise<number> {
    const run = this.#running(ref);
    const exitCode = await run.exec(argv, io, signal);
    if (exitCode !== undefined) return exitCode;
    const has = Object.keys(run.program.commands ?? {}).join(', ');
    throw new StatusError(
      500,
      'InternalError',
      `Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "${randomBytes(32).toString('hex')}": OCI runtime exec failed: ` +
        `exec failed: unable to start container process: exec: "${argv[0]}": executable file not found in $PATH: unknown` +
        ` (a container of the embedded replica has no shell; this one has ${has === '' ? 'no command' : has})`,
    );
  }

  async connect(ref: PodRef, port: number) {
    const worker = this.#worker(ref);
    try {
      return await this.network.forward(worker.podIP, port);
    } catch {
      // containerd's words, with the pod's uid in place of its network namespace.
      const where = `localhost:${port} inside namespace "${worker.pod.metadata.uid}"`;
      throw new Error(`failed to connect to ${where}, IPv4: dial tcp4 127.0.0.1:${port}: connect: connection refused`);
    }
  }

  usage(ref: PodRef) {
    return this.#worker(ref).containers.flatMap(({ name, run }) =>
      run ? [{ container: name, ...usageOf(run, this.#services.now()) }] : [],
    );
  }

  kill(ref: PodRef & { container: string }, ending: Ending): void {
    this.#running(ref).kill(ending);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#held.dispose();
    await Promise.all([...this.#workers.values()].map((worker) => worker.kill()));
  }

  #see(pod: Pod): void {
    const uid = pod.metadata.uid;
    if (uid === undefined || pod.spec.nodeName === undefined) return;
    const known = this.#workers.get(uid);
    known?.update(pod);
    // One that is over when first seen is history, not work.
    if (known || pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return;
    const since =
      pod.metadata.annotations?.[startedAtAnnotation] ?? (this.#seeding() ? pod.metadata.creationTimestamp : undefined);
    const startedAt = since === undefined ? undefined : new Date(since);
    if (!startedAt) this.#recordScheduled(pod);
    const created = new PodWorker(pod, {
      node: this.#services,
      network: this.network,
      place: { podIP: this.#addresses.take(), hostIP },
      startedAt,
    });
    this.#workers.set(uid, created);
    if (pod.metadata.deletionTimestamp !== undefined) created.update(pod);
  }

  #recordScheduled(pod: Pod): void {
    const words = `Successfully assigned ${pod.metadata.namespace}/${pod.metadata.name} to ${pod.spec.nodeName}`;
    this.#services.events.record(pod, 'Normal', 'Scheduled', words, { component: 'default-scheduler' });
  }

  async #remove(object: KubeObject): Promise<void> {
    const uid = object.metadata.uid ?? '';
    const worker = this.#workers.get(uid);
    if (!worker) return;
    this.#workers.delete(uid);
    this.#services.events.forget(worker.pod);
    await worker.kill();
    this.#addresses.giveBack(worker.podIP);
  }

  #checkMemory(): void {
    for (const worker of this.#workers.values()) {
      for (const container of worker.containers) container.keepToMemoryLimit();
    }
  }

  #worker(ref: PodRef): PodWorker {
    for (const worker of this.#workers.values()) {
      const { namespace, name } = worker.pod.metadata;
      if (namespace === ref.namespace && name === ref.pod) return worker;
    }
    throw notFound(pods, ref.pod);
  }

  #container(ref: PodRef & { container: string }): { container: Container; worker: PodWorker } {
    const worker = this.#worker(ref);
    const container = worker.containers.find((each) => each.name === ref.container);
    if (!container) throw badRequest(`container ${ref.container} is not valid for pod ${ref.pod}`);
    return { container, worker };
  }

  #running(ref: PodRef & { container: string }): ContainerRun {
    const { run } = this.#container(ref).container;
    if (!run) throw new StatusError(404, 'NotFound', `container not found ("${ref.container}")`);
    return run;
  }

  /** Which log is meant, by a kubelet's own rules and in its words. */
  #logFile(container: Container, worker: PodWorker, previous: boolean): LogFile {
    const pod = worker.pod.metadata.name;
    const { logs, state, name } = container;
    const file = previous ? logs.previous : logs.current;
    if (file) return file;
    if (previous) throw badRequest(`previous terminated container "${name}" in pod "${pod}" not found`);
    const reason = state.waiting?.reason ?? 'ContainerCreating';
    const words = reason === 'ImagePullBackOff' ? 'trying and failing to pull image' : reason;
    throw badRequest(`container "${name}" in pod "${pod}" is waiting to start: ${words}`);
  }
}

/** Addresses of the pod network, each used again only when all others have been. */
class AddressPool {
  readonly #used = new Set<string>();
  #last = 1;

  take(): string {
    for (;;) {
      this.#last = this.#last >= 0xfffe ? 2 : this.#last + 1;
      const ip = `10.42.${this.#last >> 8}.${this.#last & 0xff}`;
      if (this.#used.has(ip)) continue;
      this.#used.add(ip);
      return ip;
    }
  }

  giveBack(ip: string): void {
    this.#used.delete(ip);
  }
}
