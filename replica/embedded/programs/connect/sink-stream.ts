import type { Consumer, EachBatchPayload } from 'kafkajs';
import { kafkaClient } from '../clients/kafka.ts';
import { ended, pause } from '../ended.ts';
import { beating } from './beating.ts';
import { Endpoint, type StreamContext } from './endpoint.ts';
import { brokersError } from './go-errors.ts';
import { OffsetTracker } from './offset-tracker.ts';
import type { RunningStream } from './running-stream.ts';
import { SqlOutput } from './sql-output.ts';
import type { SinkFile } from './stream-file.ts';

/** Seen in the real program: one stuck record lets later ones pass, three stop the stream. */
const maxStuck = 3;
const retryMs = 1_000;
const commitMs = 1_000;
const heartbeatMs = 3_000;

interface Pending {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly value: Buffer;
}

/** Kafka to a table. A record that cannot be inserted is tried again for ever. */
export class SinkStream implements RunningStream {
  readonly input: Endpoint;
  readonly output: Endpoint;
  readonly #stream: StreamContext;
  readonly #file: SinkFile;
  readonly #sql: SqlOutput;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #tracker = new OffsetTracker();
  #stuck: Pending[] = [];

  constructor(stream: StreamContext, file: SinkFile) {
    this.#stream = stream;
    this.#file = file;
    this.input = new Endpoint(stream, 'input', file.input.label, 'kafka');
    this.#sql = new SqlOutput(stream.container, file.output);
    this.output = new Endpoint(stream, 'output', file.output.label, this.#sql.type);
  }

  /** Returns at once: Kafka and the database are waited for. The output counts as connected without either. */
  async start(): Promise<void> {
    this.output.up();
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    this.input.close();
    this.output.close();
    await this.#sql[Symbol.asyncDispose]();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const reason = await this.#consume(signal);
      if (signal.aborted) return;
      if (this.input.connected) this.input.lost(reason);
      else this.input.failed(reason);
      await pause(this.#stream.seeded && !this.input.connected ? 300 : 1_000, signal);
    }
  }

  /** Consumes until the stream stops or the connection is lost; resolves with why. */
  async #consume(signal: AbortSignal): Promise<string> {
    const { addresses, client_id, consumer_group, topics, start_from_oldest } = this.#file.input.kafka;
    const consumer = kafkaClient(this.#stream.container, addresses, client_id).consumer({
      groupId: consumer_group,
      sessionTimeout: 10_000,
      heartbeatInterval: heartbeatMs,
      rebalanceTimeout: 15_000,
      maxWaitTimeInMs: 500,
      allowAutoTopicCreation: true,
      retry: { retries: 1, initialRetryTime: 200, restartOnFailure: async () => false },
    });
    const crashed = new Promise<string>((resolve) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => resolve(brokersError(payload.error, addresses)));
    });
    // A new assignment starts at the committed offsets: what was in hand before is read again.
    consumer.on(consumer.events.GROUP_JOIN, () => {
      this.#tracker = new OffsetTracker();
      this.#stuck = [];
      this.input.up();
    });
    const over = new AbortController();
    const committing = this.#commitRegularly(consumer, over.signal);
    const retrying = this.#retryRegularly(over.signal);
    try {
      await consumer.connect();
      await consumer.subscribe({ topics, fromBeginning: start_from_oldest });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        eachBatch: (batch) => this.#eachBatch(batch),
      });
      return await Promise.race([crashed, ended(signal).then(() => 'stopped')]);
    } catch (error) {
      return brokersError(error, addresses);
    } finally {
      over.abort();
      await Promise.all([committing, retrying]);
      await this.#commit(consumer);
      await consumer.disconnect().catch(() => {});
    }
  }

  async #eachBatch({ batch, resolveOffset, heartbeat, isRunning, isStale }: EachBatchPayload): Promise<void> {
    for (const message of batch.messages) {
      while (this.#stuck.length >= maxStuck && isRunning() && !isStale()) {
        await pause(200, this.#stopping.signal);
        await heartbeat();
      }
      if (!isRunning() || isStale() || this.#stopping.signal.aborted) return;
      const { topic, partition } = batch;
      const pending = { topic, partition, offset: Number(message.offset), value: message.value ?? Buffer.alloc(0) };
      this.#tracker.received(topic, partition, pending.offset);
      if (!(await beating(heartbeat, heartbeatMs, () => this.#insert(pending)))) this.#stuck.push(pending);
      resolveOffset(message.offset);
      await heartbeat();
    }
  }

  /** False when the record has to be tried again. */
  async #insert(pending: Pending): Promise<boolean> {
    const { counters } = this.#stream;
    const tracker = this.#tracker;
    counters.add('input_received');
    try {
      await this.#sql.insert(pending.value);
    } catch (error) {
      if (this.#stopping.signal.aborted) return false;
      counters.add('output_error');
      this.output.error(`Failed to send message to ${this.#sql.type}: ${(error as Error).message}`);
      return false;
    }
    counters.add('output_sent', 'output_batch_sent');
    tracker.done(pending.topic, pending.partition, pending.offset);
    return true;
  }

  async #retryRegularly(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pause(retryMs, signal);
      for (const pending of [...this.#stuck]) {
        if (signal.aborted) return;
        if (!(await this.#insert(pending))) continue;
        this.#stuck = this.#stuck.filter((other) => other !== pending);
      }
    }
  }

  async #commitRegularly(consumer: Consumer, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pause(commitMs, signal);
      await this.#commit(consumer);
    }
  }

  async #commit(consumer: Consumer): Promise<void> {
    const offsets = this.#tracker.takeCommittable();
    // What a lost connection leaves uncommitted is read again.
    if (offsets.length > 0) await consumer.commitOffsets(offsets).catch(() => {});
  }
}
