import { once } from 'node:events';
import { type Duplex, PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import type { KubeStore } from '../kubernetes/store.ts';
import { type ContainerNetwork, Network } from './network.ts';
import { emptyStore } from './testing/store.ts';

const services = { group: '', resource: 'services' };
const slices = { group: 'discovery.k8s.io', resource: 'endpointslices' };

/** Three pods of namespace ns and one of another, each with a network of its own. */
function network() {
  const store = emptyStore();
  store.create(
    { group: '', resource: 'namespaces' },
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } },
  );
  const net = new Network(store);
  const errors: unknown[] = [];
  const join = (pod: string, last: number, namespace = 'ns'): ContainerNetwork => {
    const station = net.addPod({ namespace, pod, ip: `10.42.0.${last}`, labels: { app: pod } });
    return net.attach(station, (error) => errors.push(error));
  };
  return { store, net, errors, a: join('a', 1), b: join('b', 2), c: join('c', 3), stranger: join('x', 4, 'other') };
}

interface ServiceOptions {
  readonly headless?: boolean;
  readonly endpoints: readonly { last: number; ready?: boolean; pod?: string }[];
}

/** A Service `db`, port 80 to target port 8080, as its controller would publish it. */
function publish(store: KubeStore, { headless, endpoints }: ServiceOptions): string {
  const service = store.create(services, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'db', namespace: 'ns' },
    spec: { ports: [{ name: 'p', port: 80, targetPort: 'named' }], ...(headless ? { clusterIP: 'None' } : {}) },
  });
  store.create(slices, {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'db-1', namespace: 'ns', labels: { 'kubernetes.io/service-name': 'db' } },
    addressType: 'IPv4',
    ports: [{ name: 'p', port: 8080 }],
    endpoints: endpoints.map(({ last, ready = true, pod }) => ({
      addresses: [`10.42.0.${last}`],
      conditions: { ready },
      ...(pod === undefined ? {} : { hostname: pod }),
    })),
  });
  return String(service.spec?.clusterIP);
}

const greet = (words: string) => (socket: Duplex) => void socket.end(words);

async function hear(from: ContainerNetwork, host: string, port: number): Promise<string> {
  return text(await from.dial(host, port));
}

/** Whether something happens while the event loop turns ten times, as nothing here waits for longer. */
async function soon(socket: Duplex, event: string): Promise<boolean> {
  let happened = false;
  socket.once(event, () => (happened = true));
  for (let turn = 0; turn < 10 && !happened; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return happened;
}

describe('a name', () => {
  test.each(['db', 'db.ns', 'db.ns.svc', 'db.ns.svc.cluster.local', 'db.ns.svc.cluster.local.'])(
    '%s leads to the ready pods of a Service in turn, on their own port',
    async (host) => {
      const { store, a, b, c } = network();
      publish(store, { endpoints: [{ last: 2 }, { last: 3 }, { last: 1, ready: false }] });
      b.listen(8080, greet('b'));
      c.listen(8080, greet('c'));
      expect([await hear(a, host, 80), await hear(a, host, 80), await hear(a, host, 80)]).toEqual(['b', 'c', 'b']);
    },
  );

  test('of a Service in another namespace needs that namespace', async () => {
    const { store, stranger, b } = network();
    publish(store, { endpoints: [{ last: 2 }] });
    b.listen(8080, greet('b'));
    expect(await hear(stranger, 'db.ns', 80)).toBe('b');
    await expect(stranger.dial('db', 80)).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  test('of a headless Service or a pod of it leads to the pod itself', async () => {
    const { store, a, b, c } = network();
    publish(store, {
      headless: true,
      endpoints: [
        { last: 2, pod: 'db-0' },
        { last: 3, pod: 'db-1' },
      ],
    });
    b.listen(9092, greet('b'));
    c.listen(9092, greet('c'));
    expect(await hear(a, 'db', 9092)).toBe('b');
    expect(await hear(a, 'db-1.db', 9092)).toBe('c');
    expect(await hear(a, 'db-1.db.ns.svc.cluster.local', 9092)).toBe('c');
    await expect(a.dial('db-2.db', 9092)).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  test('of a Service without a ready pod is refused, by name and address', async () => {
    const { store, a } = network();
    const clusterIP = publish(store, { endpoints: [{ last: 2, ready: false }] });
    await expect(a.dial('db', 80)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
      message: 'connect ECONNREFUSED db:80',
    });
    await expect(a.dial(clusterIP, 80)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('nobody has is not found, and localhost is the pod itself', async () => {
    const { a } = network();
    a.listen(1, greet('me'));
    await expect(a.dial('nowhere', 1)).rejects.toMatchObject({
      code: 'ENOTFOUND',
      message: 'getaddrinfo ENOTFOUND nowhere',
    });
    expect(await hear(a, 'localhost', 1)).toBe('me');
    expect(await hear(a, '10.42.0.1', 1)).toBe('me');
  });
});

describe('a connection', () => {
  test('carries bytes both ways, and each side can end before the other', async () => {
    const { a, b } = network();
    b.listen(1, async (socket) => socket.end((await text(socket)).toUpperCase()));
    const socket = await a.dial('10.42.0.2', 1);
    socket.write('half ');
    socket.end('closed');
    expect(await text(socket)).toBe('HALF CLOSED');
  });

  test('holds its sender back while nobody reads', async () => {
    const { a, b } = network();
    const accepted = Promise.withResolvers<Duplex>();
    b.listen(1, accepted.resolve);
    const socket = await a.dial('10.42.0.2', 1);
    const far = await accepted.promise;
    const chunk = Buffer.alloc(16 * 1024);
    let sent = 0;
    while (sent < 1000 && (socket.write(chunk) || (await soon(socket, 'drain')))) sent += 1;
    expect(sent).toBeLessThan(20);
    const drained = once(socket, 'drain');
    far.resume();
    await drained;
  });

  test('that nothing listens for is refused', async () => {
    const { a } = network();
    await expect(a.dial('10.42.0.2', 1)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('is closed once the other end is gone for good', async () => {
    const { a, b } = network();
    const accepted = Promise.withResolvers<Duplex>();
    b.listen(1, accepted.resolve);
    const socket = await a.dial('10.42.0.2', 1);
    const far = await accepted.promise;
    socket.destroy();
    far.resume();
    await once(far, 'close');
    expect(far.errored).toBeNull();
  });

  test('of a container that is killed is reset at both ends', async () => {
    const { a, b } = network();
    const accepted = Promise.withResolvers<Duplex>();
    b.listen(1, accepted.resolve);
    const socket = await a.dial('10.42.0.2', 1);
    const [near, far] = [once(socket, 'error'), once(await accepted.promise, 'error')];
    b.close('kill');
    expect([(await near)[0].code, (await far)[0].code]).toEqual(['ECONNRESET', 'ECONNRESET']);
    await expect(a.dial('10.42.0.2', 1)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('loses nothing that was written right before it was closed', async () => {
    const { a, b } = network();
    b.listen(1, (socket) => {
      for (let turn = 0; turn < 10; turn += 1) socket.write(`${turn}`);
      socket.destroy();
    });
    expect(await hear(a, '10.42.0.2', 1)).toBe('0123456789');
  });

  test('that a listener throws at is reset, and the error is the listener’s', async () => {
    const { a, b, errors } = network();
    b.listen(1, () => {
      throw new Error('careless');
    });
    const [error] = await once(await a.dial('10.42.0.2', 1), 'error');
    expect(error.code).toBe('ECONNRESET');
    expect(errors).toEqual([new Error('careless')]);
  });
});

describe('a fault', () => {
  test('that cuts off a pod resets what is open and refuses what is new, and undoes itself', async () => {
    const { net, a, b, c } = network();
    b.listen(1, (socket) => socket.pipe(socket));
    const socket = await a.dial('10.42.0.2', 1);
    {
      using _ = net.cut({ from: (pod) => pod.pod === 'a', to: (pod) => pod.pod === 'b', mode: 'reject' });
      await new Promise((resolve) => socket.once('close', resolve));
      expect(socket.errored).toMatchObject({ code: 'ECONNRESET' });
      await expect(a.dial('10.42.0.2', 1)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
      (await c.dial('10.42.0.2', 1)).destroy();
    }
    (await a.dial('10.42.0.2', 1)).destroy();
  });

  test('that drops what is sent lets it through when it ends', async () => {
    const { net, a, b } = network();
    b.listen(1, (socket) => socket.pipe(socket));
    const socket = await a.dial('10.42.0.2', 1);
    const heard = new PassThrough();
    socket.pipe(heard);
    const cut = net.cut({ to: (pod) => pod.pod === 'b', mode: 'drop' });
    socket.write('late');
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard.read()).toBeNull();
    cut[Symbol.dispose]();
    expect(String((await once(heard, 'data'))[0])).toBe('late');
  });

  test('that delays a pod delays each way', async () => {
    const { net, a, b } = network();
    b.listen(1, (socket) => socket.pipe(socket));
    using _ = net.delay((pod) => pod.pod === 'b', 30);
    const socket = await a.dial('10.42.0.2', 1);
    const began = performance.now();
    socket.write('x');
    await once(socket, 'data');
    expect(performance.now() - began).toBeGreaterThan(55);
  });
});
