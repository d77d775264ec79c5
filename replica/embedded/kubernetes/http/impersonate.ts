import type { IncomingMessage } from 'node:http';
import type { ObjectStore } from '../object.ts';
import { badRequest } from '../status.ts';
import { authorizeResource } from './rbac.ts';
import type { Identity } from './users.ts';

/**
 * Who a request is to be judged as: its sender, or whom the sender asks to act as (`kubectl --as`, `--as-group`).
 * Throws Forbidden unless the sender may impersonate each of them.
 */
export function actingAs(request: IncomingMessage, sender: Identity, store: ObjectStore): Identity {
  const name = single(request.headers['impersonate-user']);
  const groups = all(request, 'impersonate-group');
  if (name === undefined) {
    if (groups.length > 0) throw badRequest('requested [{Group}] without impersonating a user');
    return sender;
  }
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name);
  const [, namespace = '', accountName = ''] = account ?? [];
  const path = account
    ? { group: '', version: 'v1', resource: 'serviceaccounts', namespace, name: accountName }
    : { group: '', version: 'v1', resource: 'users', name };
  authorizeResource(store, sender, 'impersonate', path);
  for (const group of groups)
    authorizeResource(store, sender, 'impersonate', { group: '', version: 'v1', resource: 'groups', name: group });
  const own =
    account && groups.length === 0 ? ['system:serviceaccounts', `system:serviceaccounts:${namespace}`] : groups;
  return { name, groups: own };
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

/** Node joins repeated headers of this kind; a group's name may hold the comma it joins with, so the raw ones are read. */
function all({ rawHeaders }: IncomingMessage, name: string): string[] {
  return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);
}
