import { createServer } from 'node:http';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import type { ContainerContext, Program } from '../../program.ts';
import { kafkaClient } from '../clients/kafka.ts';
import { addressFromEnvironment, PostgresConnection } from '../clients/postgres.ts';
import type { Json } from '../connect/mappings.ts';
import { ended, pause } from '../ended.ts';
import { type OldTopic, oldRow, oldTables } from './records.ts';

const httpPort = 8080;
/** A container that started longer ago than this, when its program begins, is part of a seeded past. */
const seededMs = 30_000;
const topics = Object.keys(oldTables) as OldTopic[];

/** The old system's sink, both versions: its topics to its database in batches, and the HTTP API that dashboards read. */
export const redpandaSinkProgram: Program = {
  async run(context) {
    await using database = new PostgresConnection(context, addressFromEnvironment(context));
    const server = httpApi(database);
    using _port = context.listen(httpPort, (socket) => server.emit('connection', socket));
    // The first join of a seeded past belongs to it, though the client hears of it when that may be over.
    let joinedAt = Date.now() - context.startedAt.getTime() > seededMs ? context.startedAt : undefined;
    const onJoin = (group: string) => {
      context.log(JSON.stringify({ level: 'info', msg: 'consuming', group, topics }), joinedAt);
      joinedAt = undefined;
    };
    while (!context.signal.aborted) {
      const reason = await consume(context, database, onJoin);
      if (context.signal.aborted) break;
      context.log(JSON.stringify({ level: 'warn', msg: 'consumer stopped, starting again', error: reason }));
      await pause(1_000, context.signal);
    }
    server.closeAllConnections();
    return 0;
  },
  cpuCores: 0.005,
  memoryBytes: () => 58 * 2 ** 20,
};

async function consume(
  context: ContainerContext,
  database: PostgresConnection,
  onJoin: (group: string) => void,
): Promise<string> {
  const { env, signal } = context;
  const consumer: Consumer = kafkaClient(context, (env.KAFKA_BROKERS ?? '').split(','), context.pod).consumer({
    groupId: env.KAFKA_GROUP ?? context.namespace,
    maxWaitTimeInMs: Number(env.BATCH_MILLISECONDS ?? 500),
    retry: { retries: 1, restartOnFailure: async () => false },
  });
  const crashed = new Promise<string>((resolve) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => resolve(payload.error.message));
  });
  consumer.on(consumer.events.GROUP_JOIN, ({ payload: { groupId } }) => {
    onJoin(groupId);
  });
  const size = Number(env.BATCH_RECORDS ?? 500);
  try {
    await consumer.connect();
    await consumer.subscribe({ topics, fromBeginning: true });
    await consumer.run({ eachBatch: (payload) => store(database, payload, size) });
    return await Promise.race([crashed, ended(signal).then(() => 'stopped')]);
  } catch (error) {
    return (error as Error).message;
  } finally {
    await consumer.disconnect().catch(() => {});
  }
}

async function store(
  database: PostgresConnection,
  { batch, resolveOffset, heartbeat }: EachBatchPayload,
  size: number,
) {
  const topic = batch.topic as OldTopic;
  for (let from = 0; from < batch.messages.length; from += size) {
    const messages = batch.messages.slice(from, from + size);
    const rows = messages.map(({ value }) => oldRow(topic, JSON.parse(String(value)) as Json));
    const stored = topic === 'heatpump-settings' ? lastOfDevice(rows) : rows;
    await database.query(insertStatement(topic, stored.length), stored.flat());
    const last = messages.at(-1);
    if (last) resolveOffset(last.offset);
    await heartbeat();
  }
}

/** Both versions bring every sample: its second copy changes nothing, and settings that are as they were neither. */
function insertStatement(topic: OldTopic, rowCount: number): string {
  const { table, columns } = oldTables[topic];
  const insert = `insert into ${table} as s (${columns.join(', ')}) values ${placeholders(rowCount, columns.length)}`;
  if (topic !== 'heatpump-settings') return `${insert} on conflict do nothing`;
  const settings = columns.filter((column) => column !== 'device_id');
  const list = (of: string) => settings.map((column) => `${of}.${column}`).join(', ');
  return `${insert} on conflict (device_id)
    do update set (${settings.join(', ')}, updated_at) = (${list('excluded')}, now())
    where (${list('s')}) is distinct from (${list('excluded')})`;
}

/** One upsert may not touch a row twice: of a batch each device's last values count. */
function lastOfDevice(rows: readonly unknown[][]): unknown[][] {
  return [...new Map(rows.map((row) => [row[0], row])).values()];
}

function placeholders(rows: number, columns: number): string {
  const row = (index: number) =>
    `(${Array.from({ length: columns }, (_, column) => `$${index * columns + column + 1}`).join(', ')})`;
  return Array.from({ length: rows }, (_, index) => row(index)).join(', ');
}

/** The newest row of each old table, for dashboards. */
function httpApi(database: PostgresConnection) {
  return createServer(async ({ url }, response) => {
    if (url === '/healthz') return response.end('ok');
    const table = Object.values(oldTables).find((known) => url === `/api/${known.table}/latest`);
    if (!table) return response.writeHead(404).end('not found\n');
    const time = table.table === 'heatpump_settings' ? 'updated_at' : 'ts';
    try {
      const { rows } = await database.query(`select * from ${table.table} order by ${time} desc limit 1`);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(rows[0] ?? null));
    } catch (error) {
      response.writeHead(503).end(`${(error as Error).message}\n`);
    }
  });
}
