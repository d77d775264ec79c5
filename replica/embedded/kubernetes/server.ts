import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Kubelet } from '../node/kubelet.ts';
import { handleUpgrade } from '../node/streaming/upgrade.ts';
import type { Certificates } from './certificates.ts';
import { type Audit, AuditLog } from './http/audit.ts';
import { discover, version } from './http/discovery.ts';
import type { Answer, Api } from './http/exchange.ts';
import { actingAs } from './http/impersonate.ts';
import { answerOnSocket, carryOut, carryOutUpgrade, type Intercept } from './http/intercept.ts';
import { answerLocal, localPrefix, type Routes } from './http/local-routes.ts';
import { openApi } from './http/openapi.ts';
import { authorize } from './http/rbac.ts';
import { type RequestInfo, requestInfo } from './http/request-info.ts';
import { answerResource } from './http/resources.ts';
import { Snapshots } from './http/snapshots.ts';
import { type ApiUser, authenticate, type Identity } from './http/users.ts';
import type { ContextToken } from './kubeconfig.ts';
import { resourceType } from './resources.ts';
import { asStatusError, noSuchResource, type StatusError } from './status.ts';
import type { KubeStore } from './store.ts';

export type { Routes } from './http/local-routes.ts';

export interface ApiServerOptions {
  readonly store: KubeStore;
  readonly kubelet: Kubelet;
  readonly certificates: Certificates;
  readonly now: () => Date;
  /** Who is let in, under the names of their contexts; an admin and the read-only verifier by default. */
  readonly users?: Readonly<Record<string, ApiUser>>;
  /** Asked first about every request: how faults make an API server slow, silent or broken. */
  readonly intercept?: Intercept;
  /** What is answered under /replica.local/, to the admin only. Asked at each request. */
  readonly routes?: () => Routes;
}

/** An API server that answers. Its url, authority and contexts are what a kubeconfig is made of. */
export interface ApiServer extends AsyncDisposable {
  readonly url: string;
  readonly caPem: string;
  readonly contexts: readonly ContextToken[];
  readonly audit: Audit;
}

/** The users of a replica, by context: `embedded` may do everything, `verifier@embedded` what the manifests' Roles grant. */
function replicaUsers(): Readonly<Record<string, ApiUser>> {
  const token = () => randomBytes(24).toString('base64url');
  const serviceAccounts = ['system:serviceaccounts', 'system:serviceaccounts:verify'];
  return {
    embedded: { name: 'kubernetes-admin', groups: ['system:masters'], token: token() },
    'verifier@embedded': { name: 'system:serviceaccount:verify:reader', groups: serviceAccounts, token: token() },
  };
}

const idleMs = 180_000;

/** Starts the API server on a free port of the loopback. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { certificates, users = replicaUsers() } = options;
  const server = createServer({ key: certificates.keyPem, cert: certificates.certPem });
  // As long as clients keep an idle connection: one that the server closes first may carry a request already.
  server.keepAliveTimeout = idleMs;
  const audit = new AuditLog();
  const front = new Front({ ...options, users: Object.values(users) }, audit);
  server.on('request', (request, response) => void front.answer(request, response));
  server.on('upgrade', (request, socket, head) => void front.upgrade(request, socket, head));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    caPem: certificates.certPem,
    contexts: Object.entries(users).map(([name, { token }]) => ({ name, token })),
    audit,
    [Symbol.asyncDispose]: () => end(server, front),
  };
}

async function end(server: Server, front: Front): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  front.closeStreams();
  await closed;
}

/** Every request passes here: intercepted, authenticated, authorized, answered, written into the audit log. */
class Front {
  readonly #api: Api;
  readonly #users: readonly ApiUser[];
  readonly #intercept: Intercept;
  readonly #routes: () => Routes;
  readonly #audit: AuditLog;
  readonly #streams = new Set<Duplex>();

  constructor(options: Omit<ApiServerOptions, 'users'> & { users: readonly ApiUser[] }, audit: AuditLog) {
    const { store, kubelet, now, users, intercept = () => undefined, routes = () => ({}) } = options;
    this.#api = { store, kubelet, now, snapshots: new Snapshots() };
    this.#users = users;
    this.#intercept = intercept;
    this.#routes = routes;
    this.#audit = audit;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const received = new Date();
    const info = requestInfo(request.method ?? 'GET', request.url ?? '/');
    let user: Identity | undefined;
    // A connection that breaks is its client's to notice.
    response.on('error', () => {});
    response.once('close', () => this.#record(received, info, user, response.statusCode));
    try {
      user = this.#identify(request);
      if (await carryOut(this.#intercept({ ...info, user }), response)) return;
      const answer = await this.#route(request, response, info, user);
      if (answer) send(response, answer);
    } catch (error) {
      refuse(response, asStatusError(error));
    }
  }

  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const received = new Date();
    const info = requestInfo(request.method ?? 'GET', request.url ?? '/');
    let user: Identity | undefined;
    socket.on('error', () => {});
    try {
      user = this.#identify(request);
      if (await carryOutUpgrade(this.#intercept({ ...info, user }), socket)) return;
      authorize(this.#api.store, user, info);
      this.#streams.add(socket);
      socket.once('close', () => this.#streams.delete(socket));
      handleUpgrade(request, socket, head, this.#api);
      this.#record(received, info, user, 101);
    } catch (error) {
      const refusal = asStatusError(error);
      this.#record(received, info, user, refusal.code);
      answerOnSocket(socket, refusal.code, JSON.stringify(refusal.toStatus()), { 'content-type': 'application/json' });
    }
  }

  /** Whom a request is judged as, and written into the audit log. */
  #identify(request: IncomingMessage): Identity {
    return actingAs(request, authenticate(request, this.#users), this.#api.store);
  }

  closeStreams(): void {
    for (const stream of this.#streams) stream.destroy();
  }

  async #route(
    request: IncomingMessage,
    response: ServerResponse,
    info: RequestInfo,
    user: Identity,
  ): Promise<Answer | undefined> {
    if (info.path.startsWith(localPrefix)) return answerLocal(request, info, user, this.#routes(), this.#audit);
    authorize(this.#api.store, user, info);
    const { resource: path } = info;
    if (!path) return this.#answerPath(request, response, info);
    const type = resourceType(path);
    if (!type || type.version !== path.version) throw noSuchResource();
    // A namespaced resource can be read of all namespaces at once, but one object of it has a namespace.
    if (type.namespaced && path.namespace === undefined && path.subresource !== undefined) throw noSuchResource();
    return answerResource({ ...this.#api, info, path, type, user, request, response });
  }

  async #answerPath(
    request: IncomingMessage,
    response: ServerResponse,
    { path }: RequestInfo,
  ): Promise<Answer | undefined> {
    if (path === '/version' || path === '/version/') return { status: 200, body: version };
    if (/^\/(healthz|livez|readyz)$/.test(path)) {
      response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end('ok');
      return undefined;
    }
    const discovered = discover(path, request.headers.accept);
    if (discovered) {
      response.writeHead(200, { 'content-type': discovered.contentType }).end(JSON.stringify(discovered.body));
      return undefined;
    }
    if (path === '/openapi/v2') {
      const { openApiV2, openApiV2Type } = await import('./protobuf/openapi-v2.ts');
      response.writeHead(200, { 'content-type': openApiV2Type }).end(openApiV2());
      return undefined;
    }
    const document = openApi(path);
    if (document === undefined) throw noSuchResource();
    return { status: 200, body: document };
  }

  #record(received: Date, { verb, path, resource }: RequestInfo, user: Identity | undefined, status: number): void {
    const { version: _, ...where } = resource ?? { version: '' };
    this.#audit.add({
      at: received.toISOString(),
      ...(user === undefined ? {} : { user: user.name }),
      verb,
      ...where,
      path,
      status,
    });
  }
}

function send(response: ServerResponse, { status, body }: Answer): void {
  const text = `${JSON.stringify(body)}\n`;
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    .end(text);
}

function refuse(response: ServerResponse, refusal: StatusError): void {
  // A stream that has begun can only be cut.
  if (response.headersSent) return void response.destroy();
  if (refusal.code === 429) response.setHeader('retry-after', '1');
  send(response, { status: refusal.code, body: refusal.toStatus() });
}
