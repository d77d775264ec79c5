import type { MqttClient } from 'mqtt';
import { reading, type SensorName, sensorTopics } from '../history/readings.ts';
import { fastestMs, paceMs } from '../history/schedule.ts';
import type { Program } from '../program.ts';
import { mqttFromEnvironment } from './clients/mqtt.ts';
import { ended, pause } from './ended.ts';

const names = Object.keys(sensorTopics) as SensorName[];

/**
 * The house's sensors. They go on where the seeded history ends: the same function of time, at the replica's pace.
 * Those named in SILENT_SENSORS (separated by commas) are dead.
 * After power-up a sensor reports at once and then after 1, 2, 4 … seconds until its own interval is reached.
 */
export const sensorsProgram: Program = {
  async run(context) {
    const client = mqttFromEnvironment(context, 'sensors');
    client.on('connect', () => context.log('connected to the broker'));
    client.on('close', () => context.log('connection to the broker lost'));
    const silent = (context.env.SILENT_SENSORS ?? '').split(',');
    const speaking = names.filter((name) => !silent.includes(name));
    await Promise.all(speaking.map((name) => report(client, name, context.timeScale, context.signal)));
    await ended(context.signal);
    await client.endAsync(true);
    return 0;
  },
  cpuCores: 0.003,
  memoryBytes: () => 24 * 2 ** 20,
};

async function report(client: MqttClient, name: SensorName, timeScale: number, signal: AbortSignal): Promise<void> {
  const interval = paceMs(name, timeScale);
  let wait = fastestMs;
  while (!signal.aborted) {
    // QoS 0, as the real ones: what is said while the broker is away is lost.
    if (client.connected) client.publish(sensorTopics[name], JSON.stringify(reading(name, Date.now())), { qos: 0 });
    await pause(client.connected ? Math.min(wait, interval) : 100, signal);
    if (client.connected) wait = Math.min(wait * 2, interval);
  }
}
