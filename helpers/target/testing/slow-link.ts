import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse, stringify } from 'yaml';

interface Link {
  /** From a byte's departure to the arrival of its answer, if that were sent at once. */
  readonly roundTripMs: number;
  /** In each direction, for all connections together. */
  readonly bitsPerSecond: number;
}

export interface SlowLink extends AsyncDisposable {
  /** A copy of the kubeconfig as text, whose clusters are reached through the link. */
  readonly kubeconfig: string;
  /** Connections that were made through it so far. */
  readonly connections: number;
  /** Bytes that came back through it so far. */
  readonly bytesDown: number;
}

/** What may be under way of one connection before its sender has to wait: as much as kernels buffer. */
const windowBytes = 64 * 1024;

/** A TCP proxy before the API server of a kubeconfig, as slow as a link. What passes, TLS above all, it leaves as it is. */
export async function slowLink(kubeconfig: string, link: Link): Promise<SlowLink> {
  const config = parse(readFileSync(kubeconfig, 'utf8')) as { clusters: { cluster: { server: string } }[] };
  const api = new URL(config.clusters[0]?.cluster.server ?? '');
  const up = new Direction(link);
  const down = new Direction(link);
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    connections += 1;
    const behind = connect({ port: Number(api.port), host: api.hostname, noDelay: true, allowHalfOpen: true });
    for (const socket of [client, behind]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
    up.carry(client, behind);
    down.carry(behind, client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  for (const { cluster } of config.clusters) {
    cluster.server = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  return {
    kubeconfig: stringify(config),
    get connections() {
      return connections;
    },
    get bytesDown() {
      return down.bytes;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

/** One direction of a link: each byte waits for those before it, of whatever connection, and then is under way. */
class Direction {
  readonly #oneWayMs: number;
  readonly #bytesPerMs: number;
  #freeAt = 0;
  bytes = 0;

  constructor({ roundTripMs, bitsPerSecond }: Link) {
    this.#oneWayMs = roundTripMs / 2;
    this.#bytesPerMs = bitsPerSecond / 8 / 1000;
  }

  /** Passes on what comes from a socket, in order, when its last byte has arrived; an end and a reset as well. */
  carry(from: Socket, to: Socket): void {
    let underWay = 0;
    let last = Promise.resolve();
    const after = (act: () => void, time: number) => {
      last = last.then(async () => {
        await sleep(Math.max(0, time - performance.now()));
        act();
      });
    };
    from.on('data', (chunk: Buffer) => {
      this.bytes += chunk.length;
      this.#freeAt = Math.max(performance.now(), this.#freeAt) + chunk.length / this.#bytesPerMs;
      underWay += chunk.length;
      if (underWay > windowBytes) from.pause();
      after(() => {
        underWay -= chunk.length;
        if (underWay <= windowBytes) from.resume();
        if (to.writable) to.write(chunk);
      }, this.#freeAt + this.#oneWayMs);
    });
    from.on('end', () => after(() => to.end(), performance.now() + this.#oneWayMs));
    from.on('error', () => after(() => to.destroy(), performance.now() + this.#oneWayMs));
  }
}
