import type { IncomingMessage, ServerResponse } from 'node:http';
import https from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { KubeConfig } from '@kubernetes/client-node';
import { generate } from 'selfsigned';
import { type WebSocket, WebSocketServer } from 'ws';

export type Answer = (response: ServerResponse, url: URL, request: IncomingMessage) => void;
/** What the fake kubelet does with a tunnel, once it has announced its port on both channels. */
export type Forward = (websocket: WebSocket, to: { namespace: string; pod: string; port: number }) => void;

/** One certificate for all fakes of a test file: making one takes a while. */
const certificate = generate([{ name: 'commonName', value: 'fake' }], {
  keyType: 'ec',
  extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
});

/** Just enough of an API server to be misbehaved: TLS, scripted answers, and port-forward over websockets. */
export class FakeApi implements AsyncDisposable {
  /** Every request, as `GET /path?query`; an upgrade as `UPGRADE /path?query`. */
  readonly requests: string[] = [];
  /** Open connections, tunnels included. */
  readonly sockets = new Set<Socket | Duplex>();
  connections = 0;
  port = 0;
  answer: Answer = (response) => json(response, 404, { kind: 'Status', message: 'nothing is scripted' });
  forward: Forward = (websocket) => websocket.close();
  /** Answers an upgrade itself instead of opening a tunnel. */
  refuseUpgrade: ((socket: Duplex) => void) | undefined;
  readonly #server: https.Server;
  readonly #websockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  readonly #certificate: string;

  static async start(): Promise<FakeApi> {
    const { private: key, cert } = await certificate;
    const fake = new FakeApi(key, cert);
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve));
    fake.port = (fake.#server.address() as AddressInfo).port;
    return fake;
  }

  private constructor(key: string, cert: string) {
    this.#certificate = cert;
    this.#server = https.createServer({ key, cert }, (request, response) => {
      this.requests.push(`${request.method} ${request.url}`);
      this.answer(response, new URL(request.url ?? '', this.server), request);
    });
    this.#server.on('secureConnection', (socket) => {
      this.connections++;
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
    this.#server.on('upgrade', (request, socket, head) => {
      this.requests.push(`UPGRADE ${request.url}`);
      if (this.refuseUpgrade) return this.refuseUpgrade(socket);
      const url = new URL(request.url ?? '', this.server);
      const [, , , , namespace = '', , pod = ''] = url.pathname.split('/');
      const port = Number(url.searchParams.get('ports'));
      this.#websockets.handleUpgrade(request, socket, head, (websocket) => {
        websocket.send(framed(0, announcement(port)));
        websocket.send(framed(1, announcement(port)));
        this.forward(websocket, { namespace, pod, port });
      });
    });
  }

  get server(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  /** A kubeconfig for this server; `trusting` another certificate, or at another address, when given. */
  kubeConfig(options: { server?: string; ca?: string; token?: string } = {}): KubeConfig {
    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromString(this.kubeConfigText(options));
    return kubeConfig;
  }

  kubeConfigText(options: { server?: string; ca?: string; token?: string } = {}): string {
    const authority = Buffer.from(options.ca ?? this.#certificate).toString('base64');
    return JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        { name: 'fake', cluster: { server: options.server ?? this.server, 'certificate-authority-data': authority } },
      ],
      users: [{ name: 'verifier', user: { token: options.token ?? 'token-of-the-verifier' } }],
      contexts: [{ name: 'verifier@fake', context: { cluster: 'fake', user: 'verifier' } }],
      'current-context': 'verifier@fake',
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.#websockets.close();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** An error as the API server words it. */
export function statusBody(code: number, reason: string, message: string, details: object = {}): object {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message, details };
}

/** One message of a channel: 0 is data, 1 is errors. */
export function framed(channel: 0 | 1, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from([channel]), payload]);
}

function announcement(port: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(port);
  return bytes;
}

/** Forwards to a TCP port of this machine, as a kubelet does: an error goes to the error channel, then all closes. */
export function forwardTo(ports: Readonly<Record<number, number>>): Forward {
  return (websocket, to) => {
    const socket = connect(ports[to.port] ?? 1, '127.0.0.1');
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      socket.pause();
      websocket.send(framed(0, chunk), () => socket.resume());
    });
    socket.on('end', () => websocket.close());
    socket.on('error', (error) => {
      websocket.send(framed(1, Buffer.from(`error forwarding port ${to.port} to pod ${to.pod}: ${error.message}`)));
      websocket.close();
    });
    websocket.on('message', (message: Buffer) => {
      if (message[0] === 0) socket.write(message.subarray(1));
    });
    websocket.on('close', () => socket.destroy());
  };
}
