import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, type WebSocket, WebSocketServer } from 'ws';
import type { ObjectStore } from '../../kubernetes/object.ts';
import { asStatusError, badRequest, noSuchResource, notFound, StatusError } from '../../kubernetes/status.ts';
import type { Kubelet } from '../kubelet.ts';
import { type Pod, pods } from '../pod.ts';
import { type RemoteCommand, type RemoteStreams, serveAttach, serveExec } from './exec.ts';
import { type ForwardTarget, forwardOverChannels, forwardOverSpdy, isPort } from './port-forward.ts';
import { SpdyConnection, type SpdyStream } from './spdy-connection.ts';
import { WebSocketChannels } from './websocket-channels.ts';

/** SPDY inside a websocket, what kubectl speaks since 1.31 for port-forward. */
const tunnelProtocol = 'SPDY/3.1+portforward.k8s.io';
const forwardProtocol = 'portforward.k8s.io';
/** v4 adds the exit code, v5 the end of standard input, which SPDY always had. */
const channelProtocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

export interface UpgradeOptions {
  readonly kubelet: Kubelet;
  readonly store: ObjectStore;
}

/**
 * Serves the `upgrade` event of an HTTP server for pods/exec, pods/attach and pods/portforward, over a websocket or
 * SPDY. Who may do so is the API server's to decide before. A request that cannot be served is answered with a Status.
 */
export function handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, options: UpgradeOptions): void {
  socket.on('error', () => {});
  // Without it every small message of a database's protocol waits for an acknowledgement.
  if ('setNoDelay' in socket && typeof socket.setNoDelay === 'function') socket.setNoDelay(true);
  try {
    serve(request, socket, head, options);
  } catch (error) {
    refuse(socket, asStatusError(error));
  }
}

function serve(request: IncomingMessage, socket: Duplex, head: Buffer, { kubelet, store }: UpgradeOptions): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const [, namespace, name, verb] =
    /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/(exec|attach|portforward)$/.exec(url.pathname) ?? [];
  if (!namespace || !name) throw noSuchResource();
  const pod = store.get(pods, namespace, name) as Pod | undefined;
  if (!pod) throw notFound(pods, name);
  const ref = { namespace, pod: name };
  if (verb === 'portforward') {
    const target = { kubelet, pod: ref, uid: pod.metadata.uid ?? '' };
    servePortForward(request, socket, head, url, target);
    return;
  }
  const container = chosenContainer(pod, url.searchParams.get('container'));
  const command = {
    kubelet,
    target: { ...ref, container },
    argv: url.searchParams.getAll('command'),
    tty: flag(url, 'tty'),
  };
  if (verb === 'exec' && command.argv.length === 0)
    throw badRequest('you must specify at least one command for the container');
  serveRemoteCommand(request, socket, head, url, verb === 'exec' ? serveExec : serveAttach, command);
}

function servePortForward(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  url: URL,
  target: ForwardTarget,
): void {
  if (isSpdy(request)) {
    acceptSpdy(request, socket, head, [forwardProtocol]);
    forwardOverSpdy(socket, target);
  } else if (offered(request, 'sec-websocket-protocol').includes(tunnelProtocol)) {
    acceptTunnel(request, socket, head, (tunnel) => forwardOverSpdy(tunnel, target));
  } else {
    const ports = url.searchParams
      .getAll('ports')
      .flatMap((each) => each.split(','))
      .map(Number);
    if (ports.length === 0 || !ports.every(isPort))
      throw badRequest('query parameter "ports" must name at least one port');
    acceptWebSocket(
      request,
      socket,
      head,
      ['v4.channel.k8s.io'],
      (channels) => void forwardOverChannels(channels, ports, target),
    );
  }
}

function serveRemoteCommand(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  url: URL,
  run: (streams: RemoteStreams, command: RemoteCommand, signal: AbortSignal) => Promise<void>,
  command: RemoteCommand,
): void {
  const wanted = {
    stdin: flag(url, 'stdin'),
    stdout: flag(url, 'stdout'),
    // A terminal has one output.
    stderr: flag(url, 'stderr') && !command.tty,
  };
  if (!wanted.stdin && !wanted.stdout && !wanted.stderr)
    throw badRequest('you must specify at least 1 of stdin, stdout, stderr');
  const left = new AbortController();
  socket.once('close', () => left.abort());
  if (isSpdy(request)) {
    acceptSpdy(request, socket, head, ['v4.channel.k8s.io']);
    const expected = [
      'error',
      ...Object.entries(wanted).flatMap(([kind, is]) => (is ? [kind] : [])),
      ...(command.tty ? ['resize'] : []),
    ];
    collectStreams(socket, expected, (streams, connection) => {
      void run(named(streams), command, left.signal).then(() => connection.close());
    });
    return;
  }
  acceptWebSocket(request, socket, head, channelProtocols, (channels) => {
    const [stdin, stdout, stderr, error, resize] = [0, 1, 2, 3, 4].map((number) => channels.open(number));
    // The first word of a server tells its client that the connection stands.
    if (wanted.stdout) stdout?.write(Buffer.alloc(0));
    const streams = new Map(Object.entries({ stdin, stdout, stderr, error, resize }));
    for (const kind of ['stdin', 'stdout', 'stderr'] as const) if (!wanted[kind]) streams.delete(kind);
    void run(named(streams), command, left.signal).then(() => channels.close());
  });
}

/** Calls `ready` when the client has opened every stream that it said it would. */
function collectStreams(
  socket: Duplex,
  expected: readonly string[],
  ready: (streams: ReadonlyMap<string, Duplex>, connection: SpdyConnection) => void,
): void {
  const streams = new Map<string, SpdyStream>();
  const connection = new SpdyConnection(socket, (stream) => {
    const kind = stream.headers.get('streamtype') ?? '';
    streams.set(kind, stream);
    if (kind !== 'stdin' && kind !== 'resize') stream.resume();
    if (streams.size === expected.length && expected.every((kind) => streams.has(kind))) ready(streams, connection);
  });
}

function named(streams: ReadonlyMap<string, Duplex | undefined>): RemoteStreams {
  const error = streams.get('error');
  if (!error) throw badRequest('the client opened no error stream');
  return {
    stdin: streams.get('stdin'),
    stdout: streams.get('stdout'),
    stderr: streams.get('stderr'),
    resize: streams.get('resize'),
    error,
  };
}

/** The container meant: the one named, or the only one. */
function chosenContainer(pod: Pod, asked: string | null): string {
  const names = pod.spec.containers.map((each) => each.name);
  const all = [...names, ...(pod.spec.initContainers ?? []).map((each) => each.name)];
  if (asked) {
    if (!all.includes(asked)) throw badRequest(`container ${asked} is not valid for pod ${pod.metadata.name}`);
    return asked;
  }
  const [only] = names;
  if (only !== undefined && names.length === 1) return only;
  throw badRequest(
    `a container name must be specified for pod ${pod.metadata.name}, choose one of: [${names.join(' ')}]`,
  );
}

function flag(url: URL, name: string): boolean {
  return ['1', 'true'].includes(url.searchParams.get(name) ?? '');
}

function isSpdy(request: IncomingMessage): boolean {
  return request.headers.upgrade?.toLowerCase() === 'spdy/3.1';
}

function offered(request: IncomingMessage, header: string): string[] {
  const value = request.headers[header] ?? '';
  return (Array.isArray(value) ? value.join(',') : value).split(',').map((each) => each.trim());
}

function acceptSpdy(request: IncomingMessage, socket: Duplex, head: Buffer, served: readonly string[]): void {
  const client = offered(request, 'x-stream-protocol-version');
  const chosen = client.find((each) => served.includes(each));
  if (!chosen) {
    throw new StatusError(
      403,
      'Forbidden',
      `unable to upgrade: unable to negotiate protocol: client supports [${client.join(' ')}], server accepts [${served.join(' ')}]`,
    );
  }
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'Connection: Upgrade',
    'Upgrade: SPDY/3.1',
    `X-Stream-Protocol-Version: ${chosen}`,
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  if (head.length > 0) socket.unshift(head);
}

function acceptTunnel(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  serveTunnel: (tunnel: Duplex) => void,
): void {
  // A subprotocol with a slash is against the standard, and ws refuses it: the answer is added by hand.
  delete request.headers['sec-websocket-protocol'];
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  server.on('headers', (headers) => headers.push(`Sec-WebSocket-Protocol: ${tunnelProtocol}`));
  server.handleUpgrade(request, socket, head, (webSocket) => serveTunnel(createWebSocketStream(webSocket)));
}

function acceptWebSocket(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  served: readonly string[],
  serveChannels: (channels: WebSocketChannels, webSocket: WebSocket) => void,
): void {
  const client = offered(request, 'sec-websocket-protocol');
  const chosen = served.find((each) => client.includes(each));
  if (!chosen)
    throw badRequest(`unable to upgrade: the server speaks [${served.join(' ')}], the client [${client.join(' ')}]`);
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, handleProtocols: () => chosen });
  server.handleUpgrade(request, socket, head, (webSocket) =>
    serveChannels(new WebSocketChannels(webSocket), webSocket),
  );
}

function refuse(socket: Duplex, refusal: StatusError): void {
  const body = JSON.stringify(refusal.toStatus());
  const lines = [
    `HTTP/1.1 ${refusal.code} ${STATUS_CODES[refusal.code] ?? ''}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}
