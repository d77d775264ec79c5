import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { Unobservable } from '../unobservable.ts';
import { FakeApi, forwardTo, framed, statusBody } from './testing/fake-api.ts';
import { ApiTransport } from './transport.ts';
import { openTunnel, type PodTunnel } from './tunnel.ts';

const to = { namespace: 'timescaledb', pod: 'timescaledb-0', port: 5432 };
const megabyte = 1024 * 1024;
let api: FakeApi;
let transport: ApiTransport;
const servers: Server[] = [];

beforeEach(async () => {
  api = await FakeApi.start();
  transport = new ApiTransport(api.kubeConfig(), 5);
});

afterEach(async () => {
  transport.close();
  for (const server of servers.splice(0)) server.close();
  await api[Symbol.asyncDispose]();
});

/** A program in the pod, reached through port 5432. */
async function program(serve: (socket: Socket) => void): Promise<void> {
  const server = createServer((socket) => serve(socket.on('error', () => {}))).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  api.forward = forwardTo({ 5432: (server.address() as AddressInfo).port });
}

async function failure(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => expect.unreachable('it did not throw'),
    (error) => error,
  );
}

/** Resolves with the error of a stream, fails when it ends without one. */
async function errorOf(stream: Duplex): Promise<NodeJS.ErrnoException> {
  const { promise, resolve, reject } = Promise.withResolvers<NodeJS.ErrnoException>();
  stream
    .on('error', resolve)
    .on('end', () => reject(new Error('it ended without an error')))
    .resume();
  return promise;
}

test('carries bytes both ways, without the announcements of the port', async () => {
  await program((socket) => socket.pipe(socket));
  const tunnel = await openTunnel(transport, to);
  tunnel.write('hello');
  expect((await once(tunnel, 'data')).toString()).toBe('hello');
  tunnel.destroy();
  expect(api.requests).toEqual(['UPGRADE /api/v1/namespaces/timescaledb/pods/timescaledb-0/portforward?ports=5432']);
});

test('an announcement that comes in pieces, or together with data, is no data', async () => {
  api.forward = (websocket) => websocket.send(framed(0, Buffer.from('data')));
  const tunnel = await openTunnel(transport, to);
  expect((await once(tunnel, 'data')).toString()).toBe('data');
  tunnel.destroy();
});

test('large transfers arrive whole', async () => {
  const sent = Buffer.alloc(8 * megabyte, 'abcdefg');
  await program((socket) => socket.end(sent));
  expect((await buffer(await openTunnel(transport, to))).equals(sent)).toBe(true);
});

describe('backpressure', () => {
  test('a reader that does not read leaves the data with the sender', async () => {
    let sent = 0;
    const { promise: stuck, resolve } = Promise.withResolvers<void>();
    api.forward = (websocket) => {
      const chunk = framed(0, Buffer.alloc(32 * 1024));
      const send = () => {
        // What ws cannot hand to the kernel any more: the tunnel has stopped to read.
        if (websocket.bufferedAmount > 16 * megabyte || sent > 256 * megabyte) return resolve();
        sent += chunk.length;
        websocket.send(chunk);
        setImmediate(send);
      };
      send();
    };
    const tunnel = await openTunnel(transport, to);
    tunnel.once('readable', () => {});
    await stuck;
    expect(sent).toBeLessThan(64 * megabyte);
    expect(tunnel.readableLength).toBeLessThan(megabyte);
    tunnel.destroy();
  });

  test('a reader that goes on again gets all of it', async () => {
    const total = 8 * megabyte;
    await program((socket) => socket.end(Buffer.alloc(total, 1)));
    const tunnel = await openTunnel(transport, to);
    let received = 0;
    for await (const chunk of tunnel) {
      received += chunk.length;
      await new Promise(setImmediate);
    }
    expect(received).toBe(total);
  });

  test('a program that does not read stops the writer', async () => {
    let websocket: WebSocket | undefined;
    api.forward = (opened) => {
      websocket = opened;
      opened.pause();
    };
    const tunnel = await openTunnel(transport, to);
    const chunk = Buffer.alloc(256 * 1024);
    let written = 0;
    let flushed = 0;
    while (written - flushed < megabyte) {
      written += chunk.length;
      tunnel.write(chunk, () => {
        flushed += chunk.length;
      });
      await new Promise(setImmediate);
    }
    expect(tunnel.writableNeedDrain).toBe(true);
    expect(flushed).toBeLessThan(32 * megabyte);
    websocket?.resume();
    await once(tunnel, 'drain');
    tunnel.destroy();
  });
});

describe('errors', () => {
  test('a refused port keeps the kubelet’s words', async () => {
    api.forward = forwardTo({});
    const error = await errorOf(await openTunnel(transport, to));
    expect(error.message).toMatch(
      /^port-forward to pod timescaledb\/timescaledb-0, port 5432: error forwarding port 5432 to pod timescaledb-0: connect ECONNREFUSED/,
    );
  });

  test('words that come in pieces are put together', async () => {
    api.forward = (websocket) => {
      websocket.send(framed(1, Buffer.from('error forwarding port 5432 to pod x: dial tcp4 127.0.0.1:5432: ')));
      websocket.send(framed(1, Buffer.from('connect: connection refused')));
      websocket.close();
    };
    const error = await errorOf(await openTunnel(transport, to));
    expect(error.message).toMatch(/dial tcp4 127\.0\.0\.1:5432: connect: connection refused$/);
    expect(error.code).toBe('ECONNREFUSED');
  });

  test('a server that reports an error and does not close is not waited for', async () => {
    api.forward = (websocket) => websocket.send(framed(1, Buffer.from('lost connection to pod')));
    const error = await errorOf(await openTunnel(transport, to));
    expect(error.message).toMatch(/lost connection to pod$/);
  });

  test('data before the error still arrives', async () => {
    api.forward = (websocket) => {
      websocket.send(framed(0, Buffer.from('half an answer')));
      websocket.send(framed(1, Buffer.from('lost connection to pod')));
      websocket.close();
    };
    const tunnel = await openTunnel(transport, to);
    expect((await once(tunnel, 'data')).toString()).toBe('half an answer');
    expect((await once(tunnel, 'error'))[0].message).toMatch(/lost connection to pod/);
  });

  test('a tunnel that is cut is an error, not an end', async () => {
    api.forward = (websocket) => setImmediate(() => websocket.terminate());
    const error = await errorOf(await openTunnel(transport, to));
    expect(error).toMatchObject({ code: 'ECONNRESET' });
    expect(error.message).toMatch(/cut off|ECONNRESET/);
  });

  test('a message beyond the bound is refused', async () => {
    api.forward = (websocket) => websocket.send(framed(0, Buffer.alloc(17 * megabyte)));
    expect((await errorOf(await openTunnel(transport, to))).message).toMatch(/max payload/i);
  });

  test('writing into a closed tunnel is an error', async () => {
    api.forward = (websocket) => websocket.close();
    const tunnel = await openTunnel(transport, to);
    await once(tunnel.resume(), 'close');
    expect(tunnel.writable).toBe(false);
  });
});

describe('ends', () => {
  test('the other side’s end is an end', async () => {
    await program((socket) => socket.end('bye'));
    expect((await buffer(await openTunnel(transport, to))).toString()).toBe('bye');
  });

  test('end() closes the connection to the program', async () => {
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    await program((socket) => socket.on('close', () => resolve()).resume());
    const tunnel = await openTunnel(transport, to);
    await pipeline(['all of it'], tunnel);
    await closed;
  });

  test('end() does not wait for a server that never answers the close', async () => {
    api.forward = (websocket) => websocket.pause();
    const tunnel = await openTunnel(transport, to);
    tunnel.end();
    await once(tunnel.resume(), 'close');
    expect(tunnel.destroyed).toBe(true);
  });

  test('destroy() leaves no socket behind', async () => {
    api.forward = () => {};
    const tunnel = await openTunnel(transport, to);
    tunnel.destroy();
    await Promise.all([...api.sockets].map((socket) => once(socket, 'close')));
  });

  test('closing the transport ends it with an error', async () => {
    api.forward = () => {};
    const tunnel = await openTunnel(transport, to);
    const error = errorOf(tunnel);
    transport.close();
    expect((await error).message).toMatch(/the target was closed/);
  });
});

describe('opening', () => {
  test.each([
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [500, 'throttled'],
    [404, 'no-ready-pod'],
  ])('HTTP %d is %s', async (status, kind) => {
    api.refuseUpgrade = (socket) => {
      const body = JSON.stringify(statusBody(status, 'X', 'pods "timescaledb-0" not found'));
      socket.end(`HTTP/1.1 ${status} X\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
    };
    const error = await failure(openTunnel(transport, to));
    expect(error).toBeInstanceOf(Unobservable);
    expect(error).toMatchObject({ kind });
  });

  test('a server that is busy for a moment is asked again', async () => {
    await program((socket) => socket.end('hello'));
    api.refuseUpgrade = (socket) => {
      api.refuseUpgrade = undefined;
      socket.end('HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    };
    expect((await buffer(await openTunnel(transport, to))).toString()).toBe('hello');
    expect(api.requests).toHaveLength(2);
  });

  test('forbidden names the permission', async () => {
    api.refuseUpgrade = (socket) =>
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    const error = await failure(openTunnel(transport, to));
    expect((error as Unobservable).hint).toContain('resources: ["pods/portforward"], verbs: ["get", "create"]');
  });

  test('a server that does not answer is a time-out', async () => {
    transport = new ApiTransport(api.kubeConfig(), 0.1);
    api.refuseUpgrade = () => {};
    expect(await failure(openTunnel(transport, to))).toMatchObject({ kind: 'timeout' });
  });

  test('a server that knows no websockets', async () => {
    api.refuseUpgrade = (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    expect(await failure(openTunnel(transport, to))).toBeInstanceOf(Unobservable);
  });

  test('a refused connection is unreachable', async () => {
    await api[Symbol.asyncDispose]();
    expect(await failure(openTunnel(transport, to))).toMatchObject({ kind: 'unreachable' });
  });

  test('a closed transport opens none', async () => {
    transport.close();
    expect(await failure(openTunnel(transport, to))).toMatchObject({ name: 'Unobservable' });
    expect(api.requests).toEqual([]);
  });
});

test('it looks like a socket to pg: connect comes after the listener', async () => {
  api.forward = () => {};
  const tunnel: PodTunnel = await openTunnel(transport, to);
  tunnel.setNoDelay().setKeepAlive().setTimeout().ref().unref().connect();
  await once(tunnel, 'connect');
  tunnel.destroy();
});
