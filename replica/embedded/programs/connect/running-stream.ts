import type { Endpoint } from './endpoint.ts';

/** A stream of either direction. */
export interface RunningStream {
  readonly input: Endpoint;
  readonly output: Endpoint;
  start(): Promise<void>;
  stop(): Promise<void>;
}
