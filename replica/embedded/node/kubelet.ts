import type { Duplex, Readable, Writable } from 'node:stream';

/** What the API server asks of the node a pod runs on. Every method throws StatusError as a real kubelet would answer. */
export interface Kubelet {
  /** Lines of a container's log as kubectl logs shows them. Ends at the end of the log, or never when followed. */
  logs(pod: PodRef & { container: string }, options: LogOptions, signal: AbortSignal): AsyncIterable<string>;
  /** Runs a command in a container; resolves with its exit code. */
  exec(pod: PodRef & { container: string }, argv: readonly string[], io: ExecIo, signal: AbortSignal): Promise<number>;
  /** A byte stream to a port of the pod; rejects with `connection refused` text when nothing listens. */
  connect(pod: PodRef, port: number): Promise<Duplex>;
  /** CPU in cores and memory in bytes by container, as metrics.k8s.io reports. */
  usage(pod: PodRef): readonly { container: string; cpuCores: number; memoryBytes: number }[];
}

export interface PodRef {
  readonly namespace: string;
  readonly pod: string;
}

export interface LogOptions {
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly sinceTime?: Date;
  readonly tailLines?: number;
  readonly limitBytes?: number;
}

export interface ExecIo {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly tty: boolean;
}
