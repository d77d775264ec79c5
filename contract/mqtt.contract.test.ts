import { randomBytes } from 'node:crypto';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { afterEach, expect, test } from 'vitest';
import { mqttSubjects } from './mqtt-subjects.ts';
import { contract } from './suite.ts';

const unique = (name: string) => `contract-${name}-${randomBytes(4).toString('hex')}`;

contract('MQTT', mqttSubjects, (subject) => {
  const clients: MqttClient[] = [];

  afterEach(() => {
    for (const client of clients.splice(0)) client.end(true);
  });

  async function connect(options: IClientOptions = {}): Promise<MqttClient> {
    const client = await mqtt.connectAsync(subject().url, {
      protocolVersion: 4,
      reconnectPeriod: 0,
      username: subject().username,
      password: subject().password,
      clientId: unique('client'),
      ...options,
    });
    client.on('error', () => {});
    clients.push(client);
    return client;
  }

  /** The next messages of a client, as many as asked for, as topic and payload. */
  function next(client: MqttClient, count: number): Promise<string[]> {
    return new Promise((resolve) => {
      const messages: string[] = [];
      client.on('message', (topic, payload) => {
        messages.push(`${topic.replace(/^.*\//, '')} ${payload}`);
        if (messages.length === count) resolve(messages);
      });
    });
  }

  test.each([
    ['a wrong password', { password: 'wrong' }],
    ['an unknown user', { username: 'nobody' }],
    ['no user', { username: undefined, password: undefined }],
  ])('refuses %s with return code 5', async (_what, credentials) => {
    const refused = await connect(credentials as IClientOptions).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 5 });
  });

  test.each([0, 1, 2] as const)('delivers with QoS %i, in order, to those who subscribed', async (qos) => {
    const root = unique('topic');
    const subscriber = await connect();
    const granted = await subscriber.subscribeAsync([`${root}/+`], { qos });
    expect(granted.map((grant) => grant.qos)).toEqual([qos]);
    const received = next(subscriber, 3);
    const publisher = await connect();
    await publisher.publishAsync(`elsewhere-${root}/a`, 'not for you', { qos });
    for (const [name, payload] of [
      ['a', '1'],
      ['b', '2'],
      ['a', '3'],
    ])
      await publisher.publishAsync(`${root}/${name}`, payload ?? '', { qos });
    expect(await received).toEqual(['a 1', 'b 2', 'a 3']);
  });

  test('throws the older connection off when its client id comes again', async () => {
    const clientId = unique('twice');
    const older = await connect({ clientId });
    const closed = new Promise<void>((resolve) => older.once('close', resolve));
    const newer = await connect({ clientId });
    await closed;
    expect(newer.connected).toBe(true);
    const root = unique('topic');
    await newer.subscribeAsync(`${root}/#`);
    const received = next(newer, 1);
    await newer.publishAsync(`${root}/self`, 'still here');
    expect(await received).toEqual(['self still here']);
  });

  test('keeps a session that is not clean: what came with QoS 1 in between is delivered', async () => {
    const root = unique('topic');
    const clientId = unique('session');
    const before = await connect({ clientId, clean: false });
    await before.subscribeAsync(`${root}/#`, { qos: 1 });
    await before.endAsync();
    const publisher = await connect();
    await publisher.publishAsync(`${root}/a`, 'kept', { qos: 1 });
    const after = mqtt.connect(subject().url, {
      protocolVersion: 4,
      reconnectPeriod: 0,
      username: subject().username,
      password: subject().password,
      clientId,
      clean: false,
    });
    clients.push(after);
    const received = next(after, 1);
    const sessionPresent = await new Promise((resolve) =>
      after.once('connect', (connack) => resolve(connack.sessionPresent)),
    );
    expect(sessionPresent).toBe(true);
    expect(await received).toEqual(['a kept']);
  });

  test('forgets a clean session: what came in between is lost', async () => {
    const root = unique('topic');
    const clientId = unique('clean');
    const before = await connect({ clientId, clean: true });
    await before.subscribeAsync(`${root}/#`, { qos: 1 });
    await before.endAsync();
    const publisher = await connect();
    await publisher.publishAsync(`${root}/a`, 'lost', { qos: 1 });
    const after = await connect({ clientId, clean: true });
    await after.subscribeAsync(`${root}/#`, { qos: 1 });
    const received = next(after, 1);
    await publisher.publishAsync(`${root}/b`, 'heard', { qos: 1 });
    expect(await received).toEqual(['b heard']);
  });

  test('gives the last retained message to who subscribes later, until it is cleared', async () => {
    const root = unique('topic');
    const publisher = await connect();
    await publisher.publishAsync(`${root}/state`, 'old', { qos: 1, retain: true });
    await publisher.publishAsync(`${root}/state`, 'new', { qos: 1, retain: true });
    const early = await connect();
    const received = next(early, 1);
    await early.subscribeAsync(`${root}/#`);
    expect(await received).toEqual(['state new']);
    await publisher.publishAsync(`${root}/state`, '', { qos: 1, retain: true });
    const late = await connect();
    const first = next(late, 1);
    await late.subscribeAsync(`${root}/#`);
    await publisher.publishAsync(`${root}/mark`, 'nothing before me', { qos: 1 });
    expect(await first).toEqual(['mark nothing before me']);
  });

  test('publishes the will of a client that is gone without a word', async () => {
    const root = unique('topic');
    const watcher = await connect();
    await watcher.subscribeAsync(`${root}/#`);
    const received = next(watcher, 1);
    const dying = await connect({
      will: { topic: `${root}/will`, payload: Buffer.from('gone'), qos: 0, retain: false },
    });
    dying.stream.destroy();
    expect(await received).toEqual(['will gone']);
  });
});
