import { setTimeout as sleep } from 'node:timers/promises';
import { Container, type NodeServices, type PodServices, type RestartPolicy } from './container.ts';
import type { Network, PodStation } from './network.ts';
import { apiTime, type Pod, type PodPhase, pods } from './pod.ts';
import { PodConditions } from './pod-conditions.ts';
import { MountError, resolveVolumes, type VolumeFiles } from './volumes.ts';

/** As after a kubelet's failed mount, in life's time. */
const mountRetryMs = 10_000;
const shortestMs = 1_000;

interface PodWorkerOptions {
  readonly node: NodeServices;
  readonly network: Network;
  readonly place: { readonly podIP: string; readonly hostIP: string };
  readonly startedAt: Date | undefined;
}

/** Runs one pod from its binding to the node until it is gone, and writes its status. */
export class PodWorker {
  readonly station: PodStation;
  readonly podIP: string;
  readonly #node: NodeServices;
  readonly #network: Network;
  readonly #hostIP: string;
  readonly #startTime: Date;
  readonly #conditions: PodConditions;
  readonly #initContainers: Container[];
  readonly #containers: Container[];
  readonly #stopping = new AbortController();
  readonly #lived: Promise<void>;
  #pod: Pod;
  #volumes: ReadonlyMap<string, VolumeFiles> = new Map();
  #outcome: 'Succeeded' | 'Failed' | undefined;
  #publishing = false;
  #terminating = false;
  #gone = false;

  constructor(pod: Pod, options: PodWorkerOptions) {
    this.#pod = pod;
    this.#node = options.node;
    this.#network = options.network;
    this.#hostIP = options.place.hostIP;
    this.podIP = options.place.podIP;
    this.#startTime = options.startedAt ?? this.#node.now();
    this.#conditions = new PodConditions(this.#startTime);
    const { name, namespace = 'default', labels = {} } = pod.metadata;
    this.station = options.network.addPod({ namespace, pod: name, ip: this.podIP, labels });
    const services = this.#services(options);
    const hasInit = (pod.spec.initContainers ?? []).length > 0;
    const waitingReason = hasInit ? 'PodInitializing' : 'ContainerCreating';
    const make = (isInit: boolean) => (spec: { name: string }) =>
      new Container(spec.name, { node: this.#node, pod: services, isInit, waitingReason });
    this.#initContainers = (pod.spec.initContainers ?? []).map(make(true));
    this.#containers = pod.spec.containers.map(make(false));
    this.#lived = this.#live();
  }

  get pod(): Pod {
    return this.#pod;
  }

  /** Every container, init containers first. */
  get containers(): readonly Container[] {
    return [...this.#initContainers, ...this.#containers];
  }

  /** Takes notice of the pod as it now stands; a deletion begins its end. */
  update(pod: Pod): void {
    this.#pod = pod;
    if (pod.metadata.deletionTimestamp !== undefined && !this.#terminating) void this.#terminate();
  }

  /** The pod's object is gone: whatever still runs is killed. */
  async kill(): Promise<void> {
    this.#gone = true;
    this.#stopping.abort();
    for (const container of this.containers) container.run?.kill({ exitCode: 137, reason: 'Error' });
    await this.#lived;
    this.#network.removePod(this.podIP);
  }

  async #terminate(): Promise<void> {
    this.#terminating = true;
    this.#stopping.abort();
    this.#publish();
    const graceSeconds =
      this.#pod.metadata.deletionGracePeriodSeconds ?? this.#pod.spec.terminationGracePeriodSeconds ?? 30;
    const graceMs = Math.max(shortestMs, (graceSeconds * 1000) / this.#node.timeScale);
    await Promise.all(this.containers.map((each) => each.stop(graceMs, `Stopping container ${each.name}`)));
    await this.#lived;
    if (this.#gone) return;
    this.#write();
    this.#network.removePod(this.podIP);
    this.#node.store.delete(pods, this.#pod.metadata.namespace, this.#pod.metadata.name, { gracePeriodSeconds: 0 });
  }

  /** Init containers in order, then all others. Ends when the pod has an outcome, or is stopped. */
  async #live(): Promise<void> {
    const signal = this.#stopping.signal;
    try {
      this.#publish();
      await this.#mount(signal);
      const policy = (this.#pod.spec.restartPolicy ?? 'Always') as RestartPolicy;
      for (const container of this.#initContainers) {
        const ending = await container.live(policy === 'Always' ? 'OnFailure' : policy, signal);
        if (ending.exitCode !== 0) return this.#end('Failed');
      }
      const endings = await Promise.all(this.#containers.map((each) => each.live(policy, signal)));
      this.#end(endings.every((each) => each.exitCode === 0) ? 'Succeeded' : 'Failed');
    } catch (error) {
      if (!signal.aborted) this.#node.events.record(this.#pod, 'Warning', 'FailedSync', `error syncing pod: ${error}`);
      // Containers that have been told to stop end in their own time.
      await Promise.all(this.containers.map((each) => each.run?.ended));
    }
  }

  async #mount(signal: AbortSignal): Promise<void> {
    for (;;) {
      try {
        this.#volumes = resolveVolumes(this.#node.store, this.#pod, { podIP: this.podIP, hostIP: this.#hostIP });
        return;
      } catch (error) {
        if (!(error instanceof MountError)) throw error;
        this.#node.events.record(this.#pod, 'Warning', 'FailedMount', error.message);
        await sleep(Math.max(shortestMs, mountRetryMs / this.#node.timeScale), undefined, { signal });
      }
    }
  }

  #end(outcome: 'Succeeded' | 'Failed'): void {
    this.#outcome = outcome;
    this.#publish();
  }

  #services(options: PodWorkerOptions): PodServices {
    const worker = this;
    return {
      get pod() {
        return worker.#pod;
      },
      place: options.place,
      startedAt: options.startedAt,
      volumes: () => this.#freshVolumes(),
      state: new Map(),
      attach: (onError) => this.#network.attach(this.station, onError),
      connect: (port) => this.#network.connectFromNode(this.podIP, port),
      changed: () => this.#publish(),
    };
  }

  /** As mounted now; what has been deleted since is still there as it was last seen. */
  #freshVolumes(): ReadonlyMap<string, VolumeFiles> {
    try {
      this.#volumes = resolveVolumes(this.#node.store, this.#pod, { podIP: this.podIP, hostIP: this.#hostIP });
    } catch (error) {
      if (!(error instanceof MountError)) throw error;
    }
    return this.#volumes;
  }

  /** Writes the status soon: what changes together is written once. */
  #publish(): void {
    if (this.#publishing) return;
    this.#publishing = true;
    queueMicrotask(() => {
      this.#publishing = false;
      if (!this.#gone) this.#write();
    });
  }

  #write(): void {
    const initialized = this.#initContainers.every((each) => each.ready);
    const unready = this.#containers.filter((each) => !each.ready).map((each) => each.name);
    const conditions = this.#conditions.at(this.#node.now(), {
      initialized: initialized ? [] : this.#initContainers.filter((each) => !each.ready).map((each) => each.name),
      unready,
      succeeded: this.#outcome === 'Succeeded',
    });
    this.#node.store.change(pods, this.#pod.metadata.namespace, this.#pod.metadata.name, (object) => {
      if (object.metadata.uid !== this.#pod.metadata.uid) return;
      object.status = {
        ...object.status,
        phase: this.#phase(initialized),
        conditions,
        hostIP: this.#hostIP,
        hostIPs: [{ ip: this.#hostIP }],
        podIP: this.podIP,
        podIPs: [{ ip: this.podIP }],
        startTime: apiTime(this.#startTime),
        ...(this.#initContainers.length > 0
          ? { initContainerStatuses: this.#initContainers.map((each) => each.status()) }
          : {}),
        containerStatuses: this.#containers.map((each) => each.status()),
      };
    });
  }

  #phase(initialized: boolean): PodPhase {
    if (this.#outcome) return this.#outcome;
    const begun = this.#containers.some(
      (each) => each.state.running || each.status().lastState.terminated || each.state.terminated,
    );
    return initialized && begun ? 'Running' : 'Pending';
  }
}
