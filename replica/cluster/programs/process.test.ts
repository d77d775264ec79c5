import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Aedes } from 'aedes';
import { expect, test } from 'vitest';
import { sensorTopics } from '../../embedded/history/readings.ts';
import { bundleProgram } from '../bundle.ts';

test('the sensors’ module publishes over a real socket as its environment says, and ends in order on SIGTERM', async () => {
  await using scope = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'program-'));
  scope.defer(() => rm(directory, { recursive: true }));
  const module = join(directory, 'sensors.mjs');
  await writeFile(module, await bundleProgram('sensors'));

  const broker = await Aedes.createBroker();
  const heard = new Set<string>();
  const wanted = Object.entries(sensorTopics)
    .filter(([name]) => name !== 'energy')
    .map(([, topic]) => topic);
  const allHeard = new Promise<void>((resolve) => {
    broker.on('publish', ({ topic }, client) => {
      if (client) heard.add(topic);
      if (wanted.every((each) => heard.has(each))) resolve();
    });
  });
  const server = createServer(broker.handle).listen(0, '127.0.0.1');
  scope.defer(() => new Promise<void>((closed) => broker.close(() => server.close(() => closed()))));
  await once(server, 'listening');

  const env = {
    MQTT_HOST: '127.0.0.1',
    MQTT_PORT: String((server.address() as AddressInfo).port),
    SILENT_SENSORS: 'energy',
    REPLICA_NAMESPACE: 'sensors',
    REPLICA_TIME_SCALE: '30',
  };
  const child = spawn(process.execPath, [module], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  scope.defer(() => void child.kill('SIGKILL'));
  const output = text(child.stdout);
  const ended = once(child, 'exit');
  await allHeard;
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(await output).toContain('connected to the broker');
  expect(heard).not.toContain(sensorTopics.energy);
});
