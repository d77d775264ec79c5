import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Container } from '@kubernetes/client-node';
import type { ObjectStore } from '../kubernetes/object.ts';
import type { Program } from '../program.ts';
import { BackOff } from './back-off.ts';
import { ContainerRun, type Ending, imageId } from './container-run.ts';
import { type EventRecorder, eventLifeMs } from './events.ts';
import { LogFile } from './log-file.ts';
import type { ContainerNetwork } from './network.ts';
import { recordImage } from './node-object.ts';
import { apiTime, type ContainerState, type ContainerStatus, type Pod } from './pod.ts';
import { ContainerConfigError, expand, type PodPlace, resolveEnvironment } from './pod-environment.ts';
import { runProbe } from './probe.ts';
import { parseQuantity } from './quantity.ts';
import type { PodSocket } from './socket.ts';
import { mountedFiles, stateKey, type VolumeFiles } from './volumes.ts';

/** A kubelet looks again at what it could not start after this long, in life's time. */
const syncMs = 10_000;
const shortestSyncMs = 1_000;

/** What a node gives all its containers. */
export interface NodeServices {
  readonly store: ObjectStore;
  readonly programs: (image: string, args: readonly string[]) => Program | undefined;
  readonly timeScale: number;
  readonly now: () => Date;
  readonly events: EventRecorder;
  /** State behind claims, by namespace and name of the claim. */
  readonly claims: Map<string, Map<string, unknown>>;
}

/** What a pod gives its containers. */
export interface PodServices {
  /** The pod as it stands now. */
  readonly pod: Pod;
  readonly place: PodPlace;
  /** When its first containers are taken to have started, if they were before now. */
  readonly startedAt: Date | undefined;
  readonly volumes: () => ReadonlyMap<string, VolumeFiles>;
  /** State of volumes that end with the pod. */
  readonly state: Map<string, Map<string, unknown>>;
  readonly attach: (onError: (error: unknown) => void) => ContainerNetwork;
  readonly connect: (port: number) => Promise<PodSocket>;
  /** Something that the pod's status tells has changed. */
  readonly changed: () => void;
}

export type RestartPolicy = 'Always' | 'OnFailure' | 'Never';

/** One container of a pod: its runs, one after the other, its probes, logs and status. */
export class Container {
  readonly name: string;
  readonly #node: NodeServices;
  readonly #pod: PodServices;
  readonly #isInit: boolean;
  readonly #backOff: BackOff;
  #state: ContainerState;
  #lastState: ContainerState = {};
  #run: ContainerRun | undefined;
  #log: LogFile | undefined;
  #previousLog: LogFile | undefined;
  #restartCount = 0;
  #started = false;
  #probedReady = true;

  constructor(name: string, options: { node: NodeServices; pod: PodServices; isInit: boolean; waitingReason: string }) {
    this.name = name;
    this.#node = options.node;
    this.#pod = options.pod;
    this.#isInit = options.isInit;
    this.#backOff = new BackOff(options.node.timeScale);
    this.#state = { waiting: { reason: options.waitingReason } };
  }

  get run(): ContainerRun | undefined {
    return this.#run;
  }

  /** The log of the run that is or was last, and of the one before. */
  get logs(): { current: LogFile | undefined; previous: LogFile | undefined } {
    // In a back-off the last run is the previous one too, as its termination is the last state.
    return { current: this.#log, previous: this.#state.waiting ? this.#log : this.#previousLog };
  }

  get state(): ContainerState {
    return this.#state;
  }

  get ready(): boolean {
    if (this.#isInit) return this.#state.terminated?.exitCode === 0;
    return this.#run !== undefined && this.#started && this.#probedReady;
  }

  get #memoryLimitBytes(): number | undefined {
    const limit = this.spec.resources?.limits?.memory;
    return limit === undefined ? undefined : parseQuantity(limit);
  }

  /** Kills the program that has more memory than its limit, as the kernel does. */
  keepToMemoryLimit(): void {
    const limit = this.#memoryLimitBytes;
    if (this.#run && limit !== undefined && this.#run.memoryBytes > limit)
      this.#run.kill({ exitCode: 137, reason: 'OOMKilled' });
  }

  get spec(): V1Container {
    const { initContainers, containers } = this.#pod.pod.spec;
    const spec = (this.#isInit ? (initContainers ?? []) : containers).find((each) => each.name === this.name);
    if (!spec) throw new Error(`the pod has no container ${this.name}`);
    return spec;
  }

  status(): ContainerStatus {
    const image = this.spec.image ?? '';
    const ran = this.#run?.id ?? this.#state.terminated?.containerID ?? this.#lastState.terminated?.containerID;
    return {
      name: this.name,
      image,
      imageID: ran === undefined ? '' : imageId(image),
      ...(ran === undefined ? {} : { containerID: ran }),
      ready: this.ready,
      started: this.#started,
      restartCount: this.#restartCount,
      state: this.#state,
      lastState: this.#lastState,
    };
  }

  /** Runs the container until it ends for good by its policy; resolves with how. Rejects when the signal aborts. */
  async live(policy: RestartPolicy, signal: AbortSignal): Promise<Ending> {
    for (;;) {
      const run = await this.#start(signal);
      const ending = await run.ended;
      this.#run = undefined;
      this.#started = false;
      this.#to({ terminated: ending });
      signal.throwIfAborted();
      if (policy === 'Never' || (policy === 'OnFailure' && ending.exitCode === 0)) return ending;
      if (this.#isInit && ending.exitCode === 0) return ending;
      const ranMs = Date.parse(ending.finishedAt) - Date.parse(ending.startedAt);
      const wait = this.#backOff.next(ranMs);
      if (wait.milliseconds > 0) {
        const pod = this.#pod.pod.metadata;
        const who = `container=${this.name} pod=${pod.name}_${pod.namespace}(${pod.uid})`;
        this.#lastState = { terminated: ending };
        this.#to({
          waiting: { reason: 'CrashLoopBackOff', message: `back-off ${wait.words} restarting failed ${who}` },
        });
        this.#event(
          'Warning',
          'BackOff',
          `Back-off restarting failed container ${this.name} in pod ${pod.name}_${pod.namespace}(${pod.uid})`,
        );
        await sleep(wait.milliseconds, undefined, { signal });
      }
      this.#lastState = { terminated: ending };
      this.#restartCount += 1;
    }
  }

  /** Stops the run, if there is one, for the reason given in an event. */
  async stop(graceMs: number, why: string): Promise<void> {
    if (!this.#run) return;
    this.#event('Normal', 'Killing', why);
    await this.#run.stop(graceMs);
  }

  async #start(signal: AbortSignal): Promise<ContainerRun> {
    const pulls = new BackOff(this.#node.timeScale);
    pulls.next();
    let lastComplaint: string | undefined;
    for (;;) {
      signal.throwIfAborted();
      try {
        const launch = this.#prepare();
        if (launch) return this.#launch(launch);
      } catch (error) {
        if (!(error instanceof ContainerConfigError)) throw error;
        this.#to({ waiting: { reason: 'CreateContainerConfigError', message: error.message } });
        this.#event('Warning', 'Failed', `Error: ${error.message}`);
        await sleep(Math.max(shortestSyncMs, syncMs / this.#node.timeScale), undefined, { signal });
        continue;
      }
      const image = this.spec.image ?? '';
      const missing = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;
      if (lastComplaint !== image) {
        this.#event('Normal', 'Pulling', `Pulling image "${image}"`);
        this.#event(
          'Warning',
          'Failed',
          `Failed to pull image "${image}": rpc error: code = NotFound desc = ${missing}`,
        );
        this.#event('Warning', 'Failed', 'Error: ErrImagePull');
        lastComplaint = image;
      }
      this.#to({ waiting: { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}"` } });
      this.#event('Normal', 'BackOff', `Back-off pulling image "${image}"`);
      this.#event('Warning', 'Failed', 'Error: ImagePullBackOff');
      await sleep(pulls.next().milliseconds, undefined, { signal });
    }
  }

  /** What the container would run, or undefined when its image is not to be had. */
  #prepare(): { program: Program; args: string[]; env: Record<string, string> } | undefined {
    const spec = this.spec;
    const env = resolveEnvironment(this.#node.store, this.#pod.pod, spec, this.#pod.place);
    const args = [...(spec.command ?? []), ...(spec.args ?? [])].map((word) => expand(word, env));
    const program = this.#node.programs(spec.image ?? '', args);
    return program && { program, args, env };
  }

  #launch({ program, args, env }: { program: Program; args: string[]; env: Record<string, string> }): ContainerRun {
    const spec = this.spec;
    const image = spec.image ?? '';
    const pod = this.#pod.pod;
    if (this.#log) this.#previousLog = this.#log;
    this.#log = new LogFile();
    const startedAt = (this.#restartCount === 0 ? this.#pod.startedAt : undefined) ?? this.#node.now();
    const run = new ContainerRun({
      program,
      log: this.#log,
      now: this.#node.now,
      attach: this.#pod.attach,
      context: {
        namespace: pod.metadata.namespace ?? 'default',
        pod: pod.metadata.name,
        container: this.name,
        image,
        args,
        env,
        files: mountedFiles(this.#pod.volumes(), spec),
        volume: (mountPath) => this.#volume(mountPath),
        startedAt,
        timeScale: this.#node.timeScale,
      },
    });
    this.#run = run;
    if (pod.spec.nodeName !== undefined) recordImage(this.#node.store, pod.spec.nodeName, image);
    if (this.#node.now().getTime() - startedAt.getTime() < eventLifeMs) {
      this.#event('Normal', 'Pulled', `Container image "${image}" already present on machine`);
      this.#event('Normal', 'Created', `Created container: ${this.name}`);
      this.#event('Normal', 'Started', `Started container ${this.name}`);
    }
    this.#probedReady = spec.readinessProbe === undefined;
    this.#started = spec.startupProbe === undefined;
    this.#to({ running: { startedAt: apiTime(startedAt) } });
    // One that needs more as it starts never comes to serve.
    this.keepToMemoryLimit();
    if (!this.#isInit) this.#probe(run);
    return run;
  }

  #volume(mountPath: string): Map<string, unknown> {
    const { scope, key } = stateKey(this.#pod.pod, this.spec, mountPath);
    const states = scope === 'claim' ? this.#node.claims : this.#pod.state;
    const state = states.get(key) ?? new Map<string, unknown>();
    states.set(key, state);
    return state;
  }

  #probe(run: ContainerRun): void {
    const { startupProbe, readinessProbe, livenessProbe } = this.spec;
    const target = {
      container: this.spec,
      ip: this.#pod.place.podIP,
      connect: this.#pod.connect,
      exec: async (argv: readonly string[], io: Parameters<ContainerRun['exec']>[1], signal: AbortSignal) =>
        (await run.exec(argv, io, signal)) ?? 127,
    };
    const begin = (
      kind: 'Startup' | 'Readiness' | 'Liveness',
      probe: typeof startupProbe,
      onVerdict: (healthy: boolean) => void,
    ) => {
      if (!probe) return;
      const onFailure = (words: string) => this.#event('Warning', 'Unhealthy', `${kind} probe failed: ${words}`);
      const probing = runProbe(probe, target, { timeScale: this.#node.timeScale, onVerdict, onFailure }, run.over);
      probing.catch(() => {}); // The run is over, and its probes with it.
    };
    const restart = (kind: string) => (healthy: boolean) => {
      if (!healthy) void this.stop(this.#graceMs(), `Container ${this.name} failed ${kind} probe, will be restarted`);
    };
    const beginOthers = () => {
      begin('Readiness', readinessProbe, (ready) => {
        this.#probedReady = ready;
        this.#pod.changed();
      });
      begin('Liveness', livenessProbe, restart('liveness'));
    };
    if (!startupProbe) beginOthers();
    begin('Startup', startupProbe, (started) => {
      restart('startup')(started);
      this.#started = started;
      this.#pod.changed();
      if (started) beginOthers();
    });
  }

  #graceMs(): number {
    const seconds = this.#pod.pod.spec.terminationGracePeriodSeconds ?? 30;
    return Math.max(shortestSyncMs, (seconds * 1000) / this.#node.timeScale);
  }

  #to(state: ContainerState): void {
    this.#state = state;
    this.#pod.changed();
  }

  #event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#node.events.record(this.#pod.pod, type, reason, message, { container: this.name });
  }
}
