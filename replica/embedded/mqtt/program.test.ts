import { MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestContainer, testContainer } from '../testing/container.ts';
import { mosquitto, setMosquittoFault, usersPath } from './program.ts';
import { mosquittoPub } from './publish-command.ts';
import { mosquittoSub } from './subscribe-command.ts';

const once = (client: MqttClient, event: 'connect' | 'close') =>
  new Promise<void>((resolve) => client.once(event, () => resolve()));

const user = ['-u', 'bridge', '-P', 'secret'];

describe('mosquitto in a container', () => {
  let container: TestContainer;
  let ended: Promise<number>;

  beforeEach(async () => {
    container = testContainer({ files: new Map([[usersPath, '# users\nbridge:secret\nreader:a:b\n']]) });
    ended = mosquitto.run(container);
    await container.logged('running');
  });
  afterEach(async () => {
    container.stop();
    expect(await ended).toBe(0);
  });

  async function open(clientId: string): Promise<MqttClient> {
    const socket = await container.dial('localhost', 1883);
    const client = new MqttClient(() => socket, {
      protocolVersion: 4,
      reconnectPeriod: 0,
      clientId,
      keepalive: 60,
      username: 'bridge',
      password: 'secret',
    });
    client.on('error', () => {});
    return client;
  }

  test('mosquitto_sub prints what mosquitto_pub sends, and ends', async () => {
    const sub = container.exec(mosquittoSub, ['-t', 'saveeye/#', ...user, '-C', '1', '-W', '5', '-v', '-i', 'sub']);
    await container.logged('as sub');
    const pub = await container.exec(mosquittoPub, ['-t', 'saveeye/telemetry', '-m', '{"a":1}', '-r', ...user]);
    expect(pub).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await sub).toEqual({ code: 0, stdout: 'saveeye/telemetry {"a":1}\n', stderr: '' });
  });

  test('a probe of the port is told as a client that never said who it is', async () => {
    (await container.dial('localhost', 1883)).destroy();
    await container.logged('Client <unknown> closed its connection.');
    expect(container.lines.at(-2)).toMatch(/^\d{10}: New connection from 127\.0\.0\.1:\d+ on port 1883\.$/);
    const client = await open('said');
    await once(client, 'connect');
    client.end();
    await container.logged('Client said');
    expect(container.lines.filter((line) => line.includes('<unknown>'))).toHaveLength(1);
  });

  test('mosquitto_sub gives up with exit code 27', async () => {
    expect(await container.exec(mosquittoSub, ['-t', 'silent', ...user, '-C', '1', '-W', '0.05'])).toEqual({
      code: 27,
      stdout: '',
      stderr: '',
    });
  });

  test('a wrong password is told in the words of mosquitto_sub, and logged without it', async () => {
    const { code, stderr } = await container.exec(mosquittoSub, ['-t', 'x', '-u', 'bridge', '-P', 'wrong', '-C', '1']);
    expect({ code, stderr }).toEqual({ code: 5, stderr: 'Connection error: Connection Refused: not authorised.\n' });
    await container.logged('not authorised');
    expect(container.lines.join('\n')).not.toContain('wrong');
  });

  test('a password may hold a colon', async () => {
    expect((await container.exec(mosquittoPub, ['-t', 'x', '-m', 'y', '-u', 'reader', '-P', 'a:b'])).code).toBe(0);
  });

  test('logs as mosquitto does, a client id that comes twice too', async () => {
    const older = await open('bridge-energy');
    await once(older, 'connect');
    const newer = await open('bridge-energy');
    await once(newer, 'connect');
    const closed = once(newer, 'close');
    newer.end();
    await closed;
    await container.logged('Client bridge-energy disconnected.');
    const lines = container.lines.map((line) => line.replace(/^\d{10}: /, '').replace(/127\.0\.0\.1:\d+/, 'PEER'));
    expect(lines.filter((line) => line.includes('bridge-energy'))).toEqual([
      "New client connected from PEER as bridge-energy (p2, c1, k60, u'bridge').",
      'Client bridge-energy already connected, closing old connection.',
      "New client connected from PEER as bridge-energy (p2, c1, k60, u'bridge').",
      'Client bridge-energy disconnected.',
    ]);
  });

  test('a fault is planted and taken away', async () => {
    const volume = container.volume('/mosquitto/data');
    const before = await open('before');
    await once(before, 'connect');
    const closed = once(before, 'close');
    setMosquittoFault(volume, 'refuse');
    await closed;
    expect((await container.exec(mosquittoPub, ['-t', 'x', '-m', 'y', ...user])).code).toBe(7);
    setMosquittoFault(volume, 'pause');
    const held = await open('held');
    let answered = false;
    held.once('connect', () => {
      answered = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    const connected = once(held, 'connect');
    setMosquittoFault(volume, undefined);
    await connected;
    held.end(true);
  });
});

test('without its users it does not start', async () => {
  const container = testContainer();
  expect(await mosquitto.run(container)).toBe(3);
  expect(container.lines.at(-1)).toContain('Unable to open pwfile');
});

test('commands say when nothing listens', async () => {
  const { code, stderr } = await testContainer().exec(mosquittoSub, ['-t', 'x', '-C', '1']);
  expect({ code, stderr }).toEqual({ code: 1, stderr: 'Error: Connection refused\n' });
});
