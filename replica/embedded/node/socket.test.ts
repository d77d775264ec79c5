import { once } from 'node:events';
import { Agent, createServer, get } from 'node:http';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Aedes } from 'aedes';
import { MqttClient } from 'mqtt';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { Network } from './network.ts';
import { connectLater } from './socket.ts';
import { emptyStore } from './testing/store.ts';

/** A listener in one pod, and how another dials it. */
function serve(onConnection: (socket: Duplex) => void): () => ReturnType<Network['connectFromNode']> {
  const net = new Network(emptyStore());
  const join = (pod: string, ip: string) => net.attach(net.addPod({ namespace: 'ns', pod, ip, labels: {} }), () => {});
  join('server', '10.42.0.1').listen(1, onConnection);
  const client = join('client', '10.42.0.2');
  return () => client.dial('10.42.0.1', 1);
}

test('http serves and asks over it, on a connection kept alive', async () => {
  const server = createServer((request, response) => response.end(`you asked for ${request.url}`));
  let connections = 0;
  const dial = serve((socket) => {
    connections += 1;
    server.emit('connection', socket);
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agent.createConnection = (_options, done) => {
    dial().then(
      (socket) => done?.(null, socket),
      (error: Error) => done?.(error, undefined as never),
    );
    return undefined;
  };
  const ask = async (path: string) => {
    const [response] = await once(get({ agent, path }), 'response');
    return text(response);
  };
  expect(await ask('/a')).toBe('you asked for /a');
  expect(await ask('/b')).toBe('you asked for /b');
  expect(connections).toBe(1);
  agent.destroy();
});

test('mqtt publishes and hears over it', async () => {
  const broker = await Aedes.createBroker();
  const dial = serve((socket) => broker.handle(socket));
  const client = new MqttClient(() => connectLater(dial), { protocolVersion: 4, reconnectPeriod: 0 });
  await new Promise<void>((resolve) => client.once('connect', () => resolve()));
  await client.subscribeAsync('t');
  const heard = new Promise<Buffer>((resolve) => client.once('message', (_topic, payload) => resolve(payload)));
  await client.publishAsync('t', 'hello', { qos: 1 });
  expect(String(await heard)).toBe('hello');
  await client.endAsync();
  await new Promise<void>((resolve) => broker.close(resolve));
});

test('pg connects over it', async () => {
  const authenticated = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0]);
  const ready = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);
  const dial = serve(
    (socket) =>
      void socket.once('data', () => socket.write(Buffer.concat([authenticated, ready]))).on('end', () => socket.end()),
  );
  const client = new Client({ stream: () => connectLater(dial), user: 'u', database: 'd' });
  await client.connect();
  await client.end();
});

test.each(['destroy', 'end'] as const)('a server that goes away (%s) ends the query that waits for it', async (how) => {
  const authenticated = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0]);
  const ready = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);
  const dial = serve((socket) => {
    socket.once('data', () => {
      socket.write(Buffer.concat([authenticated, ready]));
      socket.once('data', () => socket[how]());
    });
  });
  const client = new Client({ stream: () => connectLater(dial), user: 'u', database: 'd' });
  client.on('error', () => {});
  await client.connect();
  await expect(client.query('SELECT 1')).rejects.toThrow('Connection terminated');
});

test('a connection that fails is an error of the socket that waited for it', async () => {
  const socket = connectLater(() => Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })));
  const [error] = await once(socket, 'error');
  expect(error.code).toBe('ECONNREFUSED');
});
