import { Aedes } from 'aedes';
import { expect, test } from 'vitest';
import { Secret } from '../mask.ts';
import { startTarget } from '../testing/fake-target.ts';
import { connectMqtt } from './mqtt.ts';

const right = { username: 'verifier', password: new Secret('right-password') };

async function startBroker(deadlineSeconds = 5) {
  const broker = await Aedes.createBroker({
    authenticate: (_client, username, password, done) => {
      if (username === 'verifier' && password?.toString() === 'right-password') done(null, true);
      else done(Object.assign(new Error('bad'), { returnCode: 4 as never }), false);
    },
  });
  const fake = await startTarget((socket) => broker.handle(socket), { deadlineSeconds });
  return {
    ...fake,
    broker,
    [Symbol.asyncDispose]: async () => {
      await fake[Symbol.asyncDispose]();
      await new Promise<void>((resolve) => broker.close(resolve));
    },
  };
}

test('connects and hears, under a client id that nobody else has', async () => {
  await using fake = await startBroker();
  const ids: string[] = [];
  fake.broker.on('client', (client) => {
    ids.push(client.id);
  });
  const first = await connectMqtt(fake.target, fake.service, right);
  const second = await connectMqtt(fake.target, fake.service, right);
  await first.subscribeAsync('homelab/#');
  const { promise: heard, resolve } = Promise.withResolvers<string>();
  first.once('message', (_topic, payload) => resolve(String(payload)));
  await second.publishAsync('homelab/x', 'hello');
  expect(await heard).toBe('hello');
  expect(ids).toHaveLength(2);
  expect(ids[0]).not.toBe(ids[1]);
  expect(ids[0]).toMatch(/^telemetry-verify-[0-9a-f]{12}$/);
  await Promise.all([first.endAsync(true), second.endAsync(true)]);
});

test('a wrong password is unauthorized, and does not stand in the error', async () => {
  await using fake = await startBroker();
  const wrong = { username: 'verifier', password: new Secret('wrong-password') };
  const error = await connectMqtt(fake.target, fake.service, wrong).catch((reason) => reason);
  expect(error).toMatchObject({ name: 'Unobservable', kind: 'unauthorized' });
  expect(error.message).toMatch(/^connect to MQTT on x\/s:1234: /);
  expect(error.message).not.toContain('wrong-password');
});

test('a broker that does not answer is a time-out', async () => {
  await using fake = await startTarget(() => {}, { deadlineSeconds: 0.3 });
  await expect(connectMqtt(fake.target, fake.service, right)).rejects.toMatchObject({ kind: 'timeout' });
});

test('a broker that hangs up is unreachable', async () => {
  await using fake = await startTarget((socket) => socket.end());
  await expect(connectMqtt(fake.target, fake.service, right)).rejects.toMatchObject({ kind: 'unreachable' });
});
