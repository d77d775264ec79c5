import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { fakeServices } from '../testing/fake-services.ts';
import { startTarget } from '../testing/fake-target.ts';
import { connectKafka } from './kafka.ts';

const apiVersions = 18;
const metadata = 3;

/** Answers ApiVersions v0 and Metadata v0, no more: enough for a client that connects, and for a look at one topic. */
function broker(socket: Socket): void {
  let pending = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 4 && pending.length >= 4 + pending.readInt32BE(0)) {
      const request = pending.subarray(4, 4 + pending.readInt32BE(0));
      pending = pending.subarray(4 + request.length);
      const body = request.readInt16BE(0) === apiVersions ? versions : topics;
      const head = Buffer.alloc(8);
      head.writeInt32BE(4 + body.length);
      head.writeInt32BE(request.readInt32BE(4), 4);
      socket.write(Buffer.concat([head, body]));
    }
  });
}

const int16 = (value: number) => Buffer.from([value >> 8, value & 255]);
const int32 = (value: number) => Buffer.from([0, 0, value >> 8, value & 255]);
const text = (value: string) => Buffer.concat([int16(value.length), Buffer.from(value)]);
/** Error 0, two APIs, each from version 0 to 0. */
const versions = Buffer.concat([
  int16(0),
  int32(2),
  ...[apiVersions, metadata].map((key) => Buffer.concat([int16(key), int16(0), int16(0)])),
]);
/** One broker, advertised as the pod's localhost; one topic without partitions. */
const topics = Buffer.concat([
  int32(1),
  int32(0),
  text('localhost'),
  int32(1234),
  int32(1),
  int16(0),
  text('energy'),
  int32(0),
]);

test('bootstraps and follows an advertised localhost to the pod, all through tunnels', async () => {
  await using fake = await startTarget(broker);
  const { kafka, errors } = connectKafka(fake.target, fake.service);
  const admin = kafka.admin();
  await admin.connect();
  expect(await admin.listTopics()).toEqual(['energy']);
  await admin.disconnect();
  expect(errors).toEqual([]);
});

describe('what kafkajs calls a connection error is said as it is', () => {
  test('no ready pod', async () => {
    await using fake = await startTarget(broker);
    fake.api.answer = fakeServices({ 'x/s': { port: 1234, targetPort: 1234, pods: [] } });
    const connection = connectKafka(fake.target, fake.service);
    const error = await connection.kafka
      .admin()
      .connect()
      .catch((reason) => reason);
    const explained = connection.unobservable(error, 'list topics');
    expect(explained.kind).toBe('no-ready-pod');
    expect(explained.message).toMatch(/^list topics: Service x\/s:1234 has no ready pod/);
    expect(explained.hint).toContain('kubectl -n x get pods');
    expect(connection.errors.length).toBeGreaterThan(0);
  });

  test('a broker that is not there', async () => {
    await using fake = await startTarget(broker);
    fake.api.forward = (websocket) => websocket.terminate();
    const connection = connectKafka(fake.target, fake.service);
    const error = await connection.kafka
      .admin()
      .connect()
      .catch((reason) => reason);
    expect(connection.unobservable(error, 'list topics').kind).toBe('unreachable');
  });

  test.each([
    ['hangs up', (socket: Socket) => void socket.end()],
    ['does not answer', () => {}],
  ])('a broker that %s ends within the deadline', async (_name, serve) => {
    await using fake = await startTarget(serve, { deadlineSeconds: 0.3 });
    const connection = connectKafka(fake.target, fake.service);
    const admin = connection.kafka.admin();
    // connect() alone proves nothing: kafkajs resolves it although the broker never answered.
    const asked = admin.connect().then(() => admin.listTopics());
    const error = await asked.catch((reason) => reason);
    expect(['unreachable', 'timeout']).toContain(connection.unobservable(error, 'list topics').kind);
    await admin.disconnect();
  });
});

test('closing the target ends a client at once', async () => {
  await using fake = await startTarget(broker);
  const { kafka } = connectKafka(fake.target, fake.service);
  const admin = kafka.admin();
  await admin.connect();
  await fake.target.close();
  await expect(admin.listTopics()).rejects.toThrow();
  await admin.disconnect();
});
