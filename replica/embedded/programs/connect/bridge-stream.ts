import kafkajs, { type Producer } from 'kafkajs';
import type { MqttClient } from 'mqtt';
import { kafkaClient } from '../clients/kafka.ts';
import { mqttClient } from '../clients/mqtt.ts';
import { pause } from '../ended.ts';
import { Endpoint, type StreamContext } from './endpoint.ts';
import { brokersError, dialError } from './go-errors.ts';
import { bridgeMappings, type Json, MappingError } from './mappings.ts';
import type { RunningStream } from './running-stream.ts';
import type { BridgeFile } from './stream-file.ts';
import { Unstartable } from './unstartable.ts';

/** What waits while Kafka does not take records. Beyond it messages are lost, as the broker drops the blocked session. */
const maxWaiting = 20;

/** The real program waits for nothing; it then fills a log with some thirty lines a second. */
const atOnceMs = 100;

/** MQTT to Kafka. */
export class BridgeStream implements RunningStream {
  readonly input: Endpoint;
  readonly output: Endpoint;
  readonly #stream: StreamContext;
  readonly #file: BridgeFile;
  readonly #producer: Producer;
  readonly #waiting: { key: string | null; value: string }[] = [];
  #client: MqttClient | undefined;
  #sending = false;

  constructor(stream: StreamContext, file: BridgeFile) {
    this.#stream = stream;
    this.#file = file;
    this.input = new Endpoint(stream, 'input', file.input.label, 'mqtt');
    this.output = new Endpoint(stream, 'output', file.output.label, 'kafka');
    const { addresses, client_id } = file.output.kafka;
    this.#producer = kafkaClient(stream.container, addresses, client_id).producer({
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      retry: { retries: 0 },
    });
  }

  /** Rejects with Unstartable when Kafka is away: the program then ends. MQTT that is away is waited for. */
  async start(): Promise<void> {
    await this.#connectKafka();
    this.output.up();
    this.#listen();
  }

  async stop(): Promise<void> {
    this.input.close();
    this.output.close();
    await this.#client?.endAsync(true).catch(() => {});
    await this.#producer.disconnect().catch(() => {});
  }

  async #connectKafka(): Promise<void> {
    for (;;) {
      try {
        return await this.#producer.connect();
      } catch (error) {
        const { label, kafka } = this.#file.output;
        if (!this.#stream.seeded || this.#stream.signal.aborted) {
          const reason = `failed to init output '${label}' path root.output: ${brokersError(error, kafka.addresses)}`;
          throw new Unstartable(`failed to create stream (${this.#stream.id}): ${reason}`);
        }
        await pause(200, this.#stream.signal);
      }
    }
  }

  #listen(): void {
    const { urls, client_id, user, password, topics, qos, clean_session } = this.#file.input.mqtt;
    const { hostname: host, port } = new URL(urls[0] ?? '');
    const address = { host, port: Number(port || 1883) };
    const client = mqttClient(this.#stream.container, address, {
      clientId: client_id,
      username: user,
      password,
      clean: clean_session,
      reconnectPeriod: this.#stream.seeded ? 200 : 1_000,
      resubscribe: false,
    });
    this.#client = client;
    client.on('connect', () => {
      // What was lost is dialled again at once, as by the real program; what cannot be had, once a second.
      client.options.reconnectPeriod = atOnceMs;
      client.once('reconnect', () => {
        client.options.reconnectPeriod = 1_000;
      });
      client.subscribe(topics, { qos }, (error) => {
        if (!error) this.input.up();
      });
    });
    client.on('close', () => this.input.lost('EOF'));
    client.on('error', (error) => {
      const { code } = error as { code?: number | string };
      const reason =
        typeof code === 'number' ? 'not Authorized' : `network Error : ${dialError(error, host, address.port)}`;
      this.input.failed(reason);
    });
    client.on('message', (_topic, payload) => this.#receive(payload));
  }

  #receive(payload: Buffer): void {
    const { counters } = this.#stream;
    counters.add('input_received', 'processor_received');
    try {
      const record = this.#map(payload);
      const key = (record.tags as Json | undefined)?.device_id;
      counters.add('processor_sent');
      if (this.#waiting.length >= maxWaiting) return;
      this.#waiting.push({ key: typeof key === 'string' ? key : null, value: JSON.stringify(record) });
    } catch (error) {
      if (!(error instanceof MappingError)) throw error;
      counters.add('processor_error');
      const labels = { label: '', path: 'root.pipeline.processors.0', stream: this.#stream.id };
      this.#stream.log('error', error.message, labels);
      return;
    }
    void this.#send();
  }

  #map(payload: Buffer): Json {
    const { topic } = this.#file.output.kafka;
    const mapping = bridgeMappings[topic];
    if (!mapping) throw new MappingError(`no mapping for topic ${topic}`);
    return mapping(jsonObject(payload), rfc3339());
  }

  async #send(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    const { kafka } = this.#file.output;
    const compression =
      kafka.compression === 'snappy' ? kafkajs.CompressionTypes.Snappy : kafkajs.CompressionTypes.None;
    const { counters, signal } = this.#stream;
    let failures = 0;
    for (let next = this.#waiting[0]; next && !signal.aborted; next = this.#waiting[0]) {
      try {
        await this.#producer.send({ topic: kafka.topic, compression, messages: [next] });
        counters.add('output_sent', 'output_batch_sent');
        this.#waiting.shift();
        failures = 0;
      } catch (error) {
        if (signal.aborted) break;
        failures += 1;
        counters.add('output_error', 'input_received');
        const reason = failures > 10 ? 'circuit breaker is open' : brokersError(error, kafka.addresses);
        this.output.error(`Failed to send message to kafka: ${reason}`);
        await pause(100, signal);
      }
    }
    this.#sending = false;
  }
}

function jsonObject(payload: Buffer): Json {
  let value: unknown;
  try {
    value = JSON.parse(payload.toString());
  } catch {
    value = undefined;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw new MappingError(
    'failed assignment (line 2): unable to set target path ts as the value of the root was a non-object type (bytes)',
  );
}

/** Bloblang's now(): RFC 3339 with nanoseconds, trailing zeros cut. */
function rfc3339(): string {
  const iso = new Date().toISOString();
  const withinMillisecond = String(process.hrtime.bigint() % 1_000_000n).padStart(6, '0');
  const digits = `${iso.slice(20, 23)}${withinMillisecond}`.replace(/0+$/, '');
  return `${iso.slice(0, 19)}${digits ? `.${digits}` : ''}Z`;
}
