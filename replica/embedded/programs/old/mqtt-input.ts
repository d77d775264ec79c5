import kafkajs, { type Producer } from 'kafkajs';
import type { ContainerContext, Program } from '../../program.ts';
import { kafkaClient } from '../clients/kafka.ts';
import { mqttFromEnvironment } from '../clients/mqtt.ts';
import type { Json } from '../connect/mappings.ts';
import { ended, pause } from '../ended.ts';
import { type OldTopic, oldRecords } from './records.ts';

/** MQTT topics, and the old Kafka topics each goes to. */
const routes: Readonly<Record<string, readonly OldTopic[]>> = {
  'thermiq_heatpump/data': ['heatpump-telemetry', 'heatpump-settings'],
  'saveeye/telemetry': ['energy-realtime'],
  'home/sensors/+/state': ['sensor-state'],
};
const sampled: readonly OldTopic[] = ['heatpump-telemetry', 'heatpump-settings', 'energy-realtime'];

/** The old system's input, both versions: MQTT to its topics, of heat pump and energy one sample a minute. */
export const mqttInputProgram: Program = {
  async run(context) {
    const { env, signal } = context;
    // The replica's pace, but a sample every two seconds at most.
    const sampleMs = Math.max(2_000, (Number(env.SAMPLE_SECONDS ?? 60) * 1_000) / context.timeScale);
    const producer = kafkaClient(context, (env.KAFKA_BROKERS ?? '').split(','), context.pod).producer({
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    });
    if (!(await connectProducer(producer, context))) return 0;
    const client = mqttFromEnvironment(context, `${context.namespace}-${context.pod}`);
    const lastBucket = new Map<OldTopic, number>();
    client.on('connect', () => {
      context.log(JSON.stringify({ level: 'info', msg: 'connected to MQTT broker' }));
      client.subscribe(Object.keys(routes), { qos: 0 });
    });
    client.on('message', (mqttTopic, payload) => {
      const source = parse(payload);
      if (!source) return context.log(JSON.stringify({ level: 'error', msg: 'payload is not JSON', topic: mqttTopic }));
      for (const topic of topicsOf(mqttTopic)) {
        if (sampled.includes(topic) && !isFirst(lastBucket, topic, source, sampleMs)) continue;
        void send(producer, topic, oldRecords[topic](source), context);
      }
    });
    await ended(signal);
    await client.endAsync(true).catch(() => {});
    await producer.disconnect().catch(() => {});
    return 0;
  },
  cpuCores: 0.003,
  memoryBytes: () => 31 * 2 ** 20,
};

async function connectProducer(producer: Producer, { signal, log }: ContainerContext): Promise<boolean> {
  while (!signal.aborted) {
    try {
      await producer.connect();
      return true;
    } catch (error) {
      log(JSON.stringify({ level: 'warn', msg: 'waiting for Kafka', error: (error as Error).message }));
      await pause(1_000, signal);
    }
  }
  return false;
}

function topicsOf(mqttTopic: string): readonly OldTopic[] {
  return routes[mqttTopic.startsWith('home/sensors/') ? 'home/sensors/+/state' : mqttTopic] ?? [];
}

/** By the payload's own clock, so that both versions keep the same sample. */
function isFirst(lastBucket: Map<OldTopic, number>, topic: OldTopic, source: Json, sampleMs: number): boolean {
  const bucket = Math.floor(Date.parse(String(source.timestamp)) / sampleMs);
  if (lastBucket.get(topic) === bucket) return false;
  lastBucket.set(topic, bucket);
  return true;
}

async function send(
  producer: Producer,
  topic: OldTopic,
  record: Json,
  { log, signal }: ContainerContext,
): Promise<void> {
  const key = record.device_id ?? record.sensor;
  try {
    await producer.send({
      topic,
      messages: [{ key: typeof key === 'string' ? key : null, value: JSON.stringify(record) }],
    });
  } catch (error) {
    if (signal.aborted) return;
    log(JSON.stringify({ level: 'error', msg: 'cannot send to Kafka', topic, error: (error as Error).message }));
  }
}

function parse(payload: Buffer): Json | undefined {
  try {
    const value: unknown = JSON.parse(payload.toString());
    return typeof value === 'object' && value !== null ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}
