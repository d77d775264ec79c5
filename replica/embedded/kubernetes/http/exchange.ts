import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Kubelet } from '../../node/kubelet.ts';
import type { ResourceType } from '../resources.ts';
import type { KubeStore } from '../store.ts';
import type { RequestInfo, ResourcePath } from './request-info.ts';
import type { Snapshots } from './snapshots.ts';
import type { Identity } from './users.ts';

/** What every request is answered from. */
export interface Api {
  readonly store: KubeStore;
  readonly kubelet: Kubelet;
  readonly now: () => Date;
  readonly snapshots: Snapshots;
}

/** A request for a resource that the API serves, its sender known and allowed. */
export interface Exchange extends Api {
  readonly info: RequestInfo;
  readonly path: ResourcePath;
  readonly type: ResourceType;
  readonly user: Identity;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** What is answered as JSON. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export function ok(body: unknown): Answer {
  return { status: 200, body };
}

/** A query parameter that is a whole number; undefined when absent or none. */
export function numberParameter(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  return value !== null && /^\d+$/.test(value) ? Number(value) : undefined;
}

/** The fields by which a write is only tried. */
export function isDryRun(query: URLSearchParams): boolean {
  return query.getAll('dryRun').includes('All');
}
