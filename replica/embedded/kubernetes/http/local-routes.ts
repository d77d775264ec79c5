import type { IncomingMessage } from 'node:http';
import { noSuchResource, StatusError } from '../status.ts';
import type { Audit } from './audit.ts';
import { readBody } from './body.ts';
import { type Answer, ok } from './exchange.ts';
import type { RequestInfo } from './request-info.ts';
import type { Identity } from './users.ts';

/** A request for one of the replica's own paths. */
export interface LocalRequest {
  readonly method: string;
  /** What follows the route's name: `['api-hangs']` of /replica.local/faults/api-hangs. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  /** Parsed JSON; undefined for none. */
  readonly body: unknown;
}

/** Answers with what is to be sent as JSON; a StatusError thrown is answered as such. */
type LocalHandler = (request: LocalRequest) => unknown;

/** Handlers by the first word after /replica.local/. */
export type Routes = Readonly<Record<string, LocalHandler>>;

/** The prefix of what no Kubernetes cluster has. */
export const localPrefix = '/replica.local/';

/** Answers what only an embedded replica can be asked, for its admin alone. */
export async function answerLocal(
  request: IncomingMessage,
  info: RequestInfo,
  user: Identity,
  routes: Routes,
  audit: Audit,
): Promise<Answer> {
  if (!user.groups.includes('system:masters')) {
    throw new StatusError(
      403,
      'Forbidden',
      `forbidden: User "${user.name}" cannot ${info.verb} path "${info.path}"`,
      {},
    );
  }
  const [name = '', ...path] = info.path.slice(localPrefix.length).split('/').map(decodeURIComponent);
  if (name === 'audit' && info.method === 'GET') return ok(audit.entries());
  const handler = Object.hasOwn(routes, name) ? routes[name] : undefined;
  if (!handler) throw noSuchResource();
  const body = await readBody(request);
  return ok((await handler({ method: info.method, path, query: info.query, body })) ?? {});
}
