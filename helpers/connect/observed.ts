/** What Redpanda Connect answers on port 4195, one reading of one pod. */
export interface ConnectReading {
  /** The instance's name in migration.yaml: `bridge`, `telemetry-sink`. */
  readonly instance: string;
  readonly namespace: string;
  readonly pod: string;
  readonly at: string;
  readonly ready: { readonly status: number; readonly body: string };
  readonly streams: readonly ConnectStream[];
}

export interface ConnectStream {
  readonly id: string;
  readonly active: boolean;
  readonly uptimeSeconds: number;
  /** Both ends by `/{id}/ready`; empty when that did not answer. */
  readonly ends: readonly { readonly label: string; readonly path: string; readonly connected: boolean }[];
  /** Undefined when /metrics exports nothing for the stream. */
  readonly counters?: ConnectCounters;
}

/** Prometheus counters of one stream, since the stream's start. A restart sets them to 0. */
export interface ConnectCounters {
  readonly inputReceived: number;
  readonly inputConnectionUp: number;
  readonly inputConnectionLost: number;
  readonly outputSent: number;
  readonly outputError: number;
  readonly outputConnectionUp: number;
  readonly outputConnectionLost: number;
  readonly processorError: number;
}
