import { expect, test } from 'vitest';
import { readInstance } from '../helpers/connect/instance.ts';
import type { ConnectCounters, ConnectReading } from '../helpers/connect/observed.ts';
import { eventually, notYet, seen } from '../helpers/wait.ts';
import { reading } from '../replica/embedded/history/readings.ts';
import { connectSubjects } from './connect-subjects.ts';
import { contract } from './suite.ts';

const topic = 'saveeye/telemetry';
const stream = 'energy';

contract('Observing Redpanda Connect', connectSubjects, (system) => {
  const look = (): Promise<ConnectReading> => {
    const pod = { instance: 'bridge', namespace: 'n', pod: 'p', startedAt: new Date().toISOString() };
    return readInstance(system().get, pod, system().streams);
  };

  async function counters(): Promise<ConnectCounters> {
    const found = (await look()).streams.find(({ id }) => id === stream)?.counters;
    if (found === undefined) throw new Error(`stream ${stream} has no counters`);
    return found;
  }

  /** The counters once the stream has received one more, and worked it off. */
  const countersAfter = (before: ConnectCounters): Promise<ConnectCounters> =>
    eventually(
      async () => {
        const now = await counters();
        const workedOff = now.outputSent + now.processorError > before.outputSent + before.processorError;
        return workedOff ? seen(now) : notYet(JSON.stringify(now));
      },
      { for: 'one more message worked off', within: 10, every: 0.05 },
    );

  test('every stream is there, with both ends connected and counters', async () => {
    const { ready, streams } = await look();
    expect(ready).toEqual({ status: 200, body: 'OK' });
    expect(streams.map(({ id }) => id).sort()).toEqual([...system().streams].sort());
    for (const { active, uptimeSeconds, ends, counters } of streams) {
      expect(active).toBe(true);
      expect(uptimeSeconds).toBeGreaterThan(0);
      expect(ends).toEqual([
        { label: expect.stringMatching(/^mqtt_/), path: 'input', connected: true },
        { label: expect.stringMatching(/^kafka_/), path: 'output', connected: true },
      ]);
      expect(counters).toMatchObject({
        inputConnectionUp: 1,
        inputConnectionLost: 0,
        outputConnectionUp: 1,
        outputConnectionLost: 0,
      });
    }
  });

  test('a message received is a message sent', async () => {
    const before = await counters();
    await system().publish(topic, JSON.stringify(reading(stream, Date.now())));
    const after = await countersAfter(before);
    expect(after).toEqual({ ...before, inputReceived: before.inputReceived + 1, outputSent: before.outputSent + 1 });
  });

  test('a payload that is no JSON is received, counted as an error, and not sent', async () => {
    const before = await counters();
    await system().publish(topic, 'no JSON');
    const after = await countersAfter(before);
    expect(after).toEqual({
      ...before,
      inputReceived: before.inputReceived + 1,
      processorError: before.processorError + 1,
    });
  });

  test('a reading holds nothing of the config, though the program would tell it, password included', async () => {
    const { body } = await system().get(`/streams/${stream}`);
    expect(body).toContain(`"password":"${system().password}"`);
    expect(JSON.stringify(await look())).not.toMatch(/password|client_id|topics/);
  });

  test('a stream that is not there has no ends to ask for', async () => {
    expect((await system().get('/nothing/ready')).status).toBe(404);
  });
});
