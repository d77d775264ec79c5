import type { Duplex, Readable, Writable } from 'node:stream';

/**
 * A program that a container of the embedded replica runs, in place of the real one. It behaves as the real one does
 * on its protocols, in its logs and its exit codes; it knows nothing of Kubernetes.
 */
export interface Program {
  /** Runs until it ends or `context.signal` aborts; resolves with the exit code. A throw is exit code 1, its message logged. */
  run(context: ContainerContext): Promise<number>;
  /** What `kubectl exec POD -- NAME …` may run beside it. */
  readonly commands?: Readonly<Record<string, Command>>;
  /** Resident memory as metrics and the OOM killer see it, in bytes. */
  memoryBytes?(context: ContainerContext): number;
  /** Processor time as metrics show it, in cores: about what the real one takes for this house's messages. */
  readonly cpuCores?: number;
}

export interface ContainerContext {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly image: string;
  /** command and args of the container, joined. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Mounted ConfigMaps and Secrets: absolute path to content, as at the container's start. */
  readonly files: ReadonlyMap<string, string>;
  /** State that outlives the container: one map per claim of a PersistentVolumeClaim, by mount path; others are per pod. */
  volume(mountPath: string): Map<string, unknown>;
  /** The container's start; back-dated when the replica is seeded with history. */
  readonly startedAt: Date;
  /** The cluster's clock: it stands in the past while a replica is seeded with one. What a line says of its own time. */
  now(): Date;
  /** How much faster than life the replica runs. */
  readonly timeScale: number;
  /** SIGTERM: finish within the grace period. */
  readonly signal: AbortSignal;
  /** One line of standard output, at the time given (now by default). */
  log(line: string, at?: Date): void;
  /** Serves a port of the pod. Connections come from other pods and from port-forward alike. */
  listen(port: number, onConnection: (socket: Duplex) => void): Disposable;
  /**
   * Connects as a program in the pod would: `name`, `name.namespace`, `name.namespace.svc.cluster.local`,
   * `pod.service.namespace…` or `localhost`.
   * Rejects with an Error whose code is ENOTFOUND, ECONNREFUSED or ETIMEDOUT.
   */
  dial(host: string, port: number): Promise<Duplex>;
}

/** What runs beside a program. argv begins with the command's own name; resolves with the exit code. */
export type Command = (
  argv: readonly string[],
  io: {
    readonly stdin: Readable;
    readonly stdout: Writable;
    readonly stderr: Writable;
    readonly tty: boolean;
    readonly signal: AbortSignal;
  },
  context: ContainerContext,
) => Promise<number>;
