import { AsyncLocalStorage } from 'node:async_hooks';
import type { Duplex } from 'node:stream';
import type { ObjectStore } from '../kubernetes/object.ts';
import { type Address, NameResolver } from './names.ts';
import { Link, PodSocket, socketError } from './socket.ts';

/** Who a pod is, to choose it by when a fault is planted. */
export interface PodIdentity {
  readonly namespace: string;
  readonly pod: string;
  readonly ip: string;
  readonly labels: Readonly<Record<string, string>>;
}

type PodMatch = (pod: PodIdentity) => boolean;

interface Cut {
  /** Where connections come from; from any pod by default. Port-forward does not come from a pod. */
  readonly from?: PodMatch;
  /** Where they go; to any pod by default. */
  readonly to?: PodMatch;
  /**
   * reject: open connections are reset and new ones refused, as when a process is gone. drop: open connections fall
   * silent and new ones time out, as when packets are lost.
   */
  readonly mode: 'reject' | 'drop';
}

interface Listener {
  /** Runs a function in the asynchronous context of the container that listens. */
  readonly inContext: <T>(run: () => T) => T;
  readonly accept: (socket: PodSocket) => void;
}

interface Connection {
  readonly from: PodIdentity | undefined;
  readonly to: PodIdentity;
  readonly link: Link;
  readonly near: PodSocket;
}

/** A pod's own network: one address, its listeners by port. */
export interface PodStation extends PodIdentity {
  readonly listeners: Map<number, Listener>;
}

/** What one run of a container has of the network. */
export interface ContainerNetwork {
  listen(port: number, onConnection: (socket: Duplex) => void): Disposable;
  dial(host: string, port: number): Promise<PodSocket>;
  /** Ends every listener and connection of the run: `exit` closes them in order, `kill` resets them. */
  close(how: 'exit' | 'kill'): void;
}

/** How long a client waits for an answer that never comes, in milliseconds of the replica's own time. */
const connectTimeoutMs = 5_000;
/** Where a node's own connections to its pods come from: its end of their bridge. Port-forward connects within the pod. */
const nodeAddress = '10.42.0.1';
/** Accepted connections are told apart by port, as the kernel picks one. */
const firstClientPort = 32_768;
const lastClientPort = 60_999;

/** The network between pods, in memory: names by Services and EndpointSlices, and faults that can be planted in it. */
export class Network {
  readonly #stations = new Map<string, PodStation>();
  readonly #connections = new Set<Connection>();
  readonly #cuts = new Set<Cut>();
  readonly #latencies = new Set<{ readonly to: PodMatch; readonly milliseconds: number }>();
  readonly #refusedForwards = new Set<PodMatch>();
  readonly #names: NameResolver;
  #clientPort = firstClientPort;

  constructor(store: ObjectStore) {
    this.#names = new NameResolver(store);
  }

  addPod(identity: PodIdentity): PodStation {
    const station: PodStation = { ...identity, listeners: new Map() };
    this.#stations.set(identity.ip, station);
    return station;
  }

  removePod(ip: string): void {
    this.#stations.delete(ip);
  }

  /** The network as one run of a container in `station` sees it; `onListenerError` hears what a listener throws. */
  attach(station: PodStation, onListenerError: (error: unknown) => void): ContainerNetwork {
    const listening = new Set<Disposable>();
    const sockets = new Set<PodSocket>();
    let closed = false;
    const own = (socket: PodSocket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    };
    return {
      listen: (port, onConnection) => {
        if (closed) return { [Symbol.dispose]() {} };
        const inContext = AsyncLocalStorage.snapshot();
        const listener: Listener = {
          inContext,
          accept: (socket) => {
            own(socket);
            try {
              onConnection(socket);
            } catch (error) {
              socket.resetAndDestroy();
              onListenerError(error);
            }
          },
        };
        if (station.listeners.has(port)) {
          throw Object.assign(new Error(`listen EADDRINUSE: address already in use 0.0.0.0:${port}`), {
            code: 'EADDRINUSE',
          });
        }
        station.listeners.set(port, listener);
        const listen = {
          [Symbol.dispose]() {
            if (station.listeners.get(port) === listener) station.listeners.delete(port);
            listening.delete(listen);
          },
        };
        listening.add(listen);
        return listen;
      },
      dial: async (host, port) => {
        const socket = await this.#dial(station, host, port);
        own(socket);
        if (closed) socket.destroy();
        return socket;
      },
      close: (how) => {
        closed = true;
        for (const listen of [...listening]) listen[Symbol.dispose]();
        for (const socket of [...sockets]) {
          if (how === 'kill') socket.resetAndDestroy();
          else socket.destroy();
        }
      },
    };
  }

  /**
   * A connection from the node itself to a port of a pod, as probes make it.
   * Rejects with ECONNREFUSED when nothing listens there.
   */
  connectFromNode(ip: string, port: number): Promise<PodSocket> {
    return this.#connect(nodeAddress, ip, port);
  }

  /** As `connectFromNode`, for port-forward: refused while a fault says so. */
  async forward(ip: string, port: number): Promise<PodSocket> {
    const station = this.#stations.get(ip);
    if (station && [...this.#refusedForwards].some((match) => match(station)))
      throw socketError('ECONNREFUSED', 'connect');
    return this.#connect('127.0.0.1', ip, port);
  }

  /** Cuts connections between pods, until disposed. */
  cut(cut: Cut): Disposable {
    this.#cuts.add(cut);
    for (const connection of [...this.#connections]) {
      if (!cuts(cut, connection.from, connection.to)) continue;
      if (cut.mode === 'reject') connection.near.resetAndDestroy();
      else connection.link.hold();
    }
    return {
      [Symbol.dispose]: () => {
        this.#cuts.delete(cut);
        for (const connection of this.#connections)
          if (!this.#isCut(connection.from, connection.to)) connection.link.release();
      },
    };
  }

  /** Delays what travels to and from pods, each way, on open and new connections, until disposed. */
  delay(to: PodMatch, milliseconds: number): Disposable {
    const latency = { to, milliseconds };
    const apply = () => {
      for (const connection of this.#connections) connection.link.delayMs = this.#delayMs(connection.to);
    };
    this.#latencies.add(latency);
    apply();
    return {
      [Symbol.dispose]: () => {
        this.#latencies.delete(latency);
        apply();
      },
    };
  }

  /** Refuses port-forward to pods, while pods go on reaching each other, until disposed. */
  refusePortForward(match: PodMatch): Disposable {
    this.#refusedForwards.add(match);
    return { [Symbol.dispose]: () => void this.#refusedForwards.delete(match) };
  }

  async #dial(from: PodStation, host: string, port: number): Promise<PodSocket> {
    const address: Address | undefined = this.#names.resolve(host, port, from);
    if (!address)
      throw Object.assign(socketError('ENOTFOUND', 'getaddrinfo'), {
        message: `getaddrinfo ENOTFOUND ${host}`,
        hostname: host,
      });
    if (address === 'refused') throw refused(host, port);
    return this.#connect(from, address.ip, address.port, host);
  }

  async #connect(source: PodStation | string, ip: string, port: number, host = ip): Promise<PodSocket> {
    // Like a real connection, none is made within the call that asks for it.
    await new Promise((resolve) => setImmediate(resolve));
    const from = typeof source === 'string' ? undefined : source;
    const to = this.#stations.get(ip);
    const cut = to && this.#cutBetween(from, to);
    if (!to || cut?.mode === 'drop') throw await timedOut(host, port);
    const listener = to.listeners.get(port);
    if (!listener || cut) throw refused(host, port);

    const link = new Link();
    link.delayMs = this.#delayMs(to);
    const local = { address: typeof source === 'string' ? source : source.ip, port: this.#nextClientPort() };
    const remote = { address: ip, port };
    const near = new PodSocket(link, local, remote);
    const far = listener.inContext(() => new PodSocket(link, remote, local));
    PodSocket.join(near, far);
    const connection: Connection = { from, to, link, near };
    this.#connections.add(connection);
    near.once('close', () => this.#connections.delete(connection));
    setImmediate(() => listener.inContext(() => listener.accept(far)));
    return near;
  }

  #cutBetween(from: PodStation | undefined, to: PodStation): Cut | undefined {
    return [...this.#cuts].find((cut) => cuts(cut, from, to));
  }

  #isCut(from: PodIdentity | undefined, to: PodIdentity): boolean {
    return [...this.#cuts].some((cut) => cuts(cut, from, to));
  }

  #delayMs(to: PodIdentity): number {
    return Math.max(
      0,
      ...[...this.#latencies].filter((latency) => latency.to(to)).map((latency) => latency.milliseconds),
    );
  }

  #nextClientPort(): number {
    this.#clientPort = this.#clientPort >= lastClientPort ? firstClientPort : this.#clientPort + 1;
    return this.#clientPort;
  }
}

function cuts(cut: Cut, from: PodIdentity | undefined, to: PodIdentity): boolean {
  if (!from) return false;
  return (cut.from?.(from) ?? true) && (cut.to?.(to) ?? true);
}

function refused(host: string, port: number): Error {
  return Object.assign(socketError('ECONNREFUSED', 'connect'), {
    message: `connect ECONNREFUSED ${host}:${port}`,
    address: host,
    port,
  });
}

async function timedOut(host: string, port: number): Promise<Error> {
  await new Promise((resolve) => setTimeout(resolve, connectTimeoutMs).unref());
  return Object.assign(socketError('ETIMEDOUT', 'connect'), {
    message: `connect ETIMEDOUT ${host}:${port}`,
    address: host,
    port,
  });
}
