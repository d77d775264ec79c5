import type { IncomingMessage } from 'node:http';
import { StatusError } from '../status.ts';

/** Somebody that the API server acts for. */
export interface Identity {
  /** `kubernetes-admin`, `system:serviceaccount:verify:reader`. */
  readonly name: string;
  /** Beside system:authenticated, which every user is in. `system:masters` may do everything. */
  readonly groups: readonly string[];
}

/** Somebody the API server knows by a bearer token. */
export interface ApiUser extends Identity {
  readonly token: string;
}

/** The user whose token a request carries. Throws Unauthorized when it carries none, or one that is not known. */
export function authenticate(request: IncomingMessage, users: readonly ApiUser[]): Identity {
  const [, token] = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  const user = token === undefined ? undefined : users.find((each) => each.token === token);
  if (!user) throw new StatusError(401, 'Unauthorized', 'Unauthorized');
  return user;
}
