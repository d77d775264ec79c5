import kafkajs from 'kafkajs';
import type { Fault, FaultTarget } from './fault.ts';
import { type Planting, planting } from './planting.ts';

export const energyTopic = 'homelab-energy-realtime';
export const energyGroup = 'timescaledb-energy';
const energyRowsAway = ['P1.streams', 'P1.tables-fresh', 'P1.rows-keep-pace', 'P1.values'];

export const streamFaults: readonly Fault[] = [
  {
    name: 'input-lost',
    title: 'one stream’s input is lost while its pod is Ready',
    expects: ['P1.streams'],
    entails: ['P1.logs-clean', 'P1.topics-fresh', 'P1.tables-fresh', 'P1.rows-keep-pace', 'P1.lag'],
    plant: (target) =>
      planting(async (steps) => {
        const bridge = target.connect('bridge');
        const config = await bridge.config('temperature-outdoor');
        steps.undo(() => bridge.put('temperature-outdoor', config));
        const mqtt = { ...config.input.mqtt, urls: ['tcp://nowhere.mosquitto:1883'] };
        await bridge.put('temperature-outdoor', { ...config, input: { ...config.input, mqtt } });
        await steps.until('the input to be lost', async () =>
          (await bridge.ready('temperature-outdoor')) ? 'still connected' : undefined,
        );
      }),
  },
  {
    name: 'group-without-members',
    title: 'a consumer group has no member',
    expects: ['P1.lag'],
    entails: energyRowsAway,
    plant: (target) => planting((steps) => stopEnergySink(target, steps)),
  },
  {
    name: 'offset-stands-still',
    title: 'a group has a member and a committed offset that does not move',
    expects: ['P1.lag'],
    entails: energyRowsAway,
    plant: (target) =>
      planting(async (steps) => {
        await stopEnergySink(target, steps);
        const idle = target.kafka.consumer({ groupId: energyGroup });
        steps.undo(() => idle.disconnect());
        const joined = new Promise((resolve) => idle.on(idle.events.GROUP_JOIN, resolve));
        await idle.connect();
        await idle.subscribe({ topics: [energyTopic] });
        await idle.run({ autoCommit: false, eachMessage: async () => {} });
        await joined;
      }),
  },
  {
    name: 'record-not-storable',
    title: 'a record cannot be stored: rows come while the committed offset stands still',
    expects: ['P1.lag'],
    entails: ['P1.logs-clean', 'P1.streams', 'P1.rows-keep-pace', 'P1.no-duplicates', 'P1.values'],
    plant: (target) =>
      planting(async (steps) => {
        steps.undo(() => skipEnergyBacklog(target));
        const offset = await produce(target, energyTopic, { tags: { device_id: 'planted' }, fields: {} });
        await steps.until('later records to come while the offset stands still', async () => {
          const { committed, high } = await energyOffsets(target);
          return committed === offset && high > offset + 3
            ? undefined
            : `committed ${committed}, end ${high}, planted ${offset}`;
        });
      }),
  },
];

/** The group loses its only member; the other streams of the instance go on. */
export async function stopEnergySink(target: FaultTarget, steps: Planting): Promise<void> {
  const sink = target.connect('telemetry-sink');
  const config = await sink.config('energy');
  steps.undo(() => sink.post('energy', config));
  await sink.delete('energy');
  await steps.until('the group to be empty', () => groupIsEmpty(target));
}

/** Starts the stream again behind the record: everything after it is stored already. */
export async function skipEnergyBacklog(target: FaultTarget): Promise<void> {
  await using _stopped = await planting((steps) => stopEnergySink(target, steps));
  const { high } = await energyOffsets(target);
  const admin = target.kafka.admin();
  await admin.connect();
  try {
    const partitions = [{ partition: 0, offset: String(high) }];
    await admin.setOffsets({ groupId: energyGroup, topic: energyTopic, partitions });
  } finally {
    await admin.disconnect();
  }
}

async function groupIsEmpty({ kafka }: FaultTarget): Promise<string | undefined> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const { groups } = await admin.describeGroups([energyGroup]);
    const members = groups[0]?.members.length ?? 0;
    return members === 0 ? undefined : `${members} members`;
  } finally {
    await admin.disconnect();
  }
}

export async function energyOffsets({ kafka }: FaultTarget): Promise<{ committed: number; high: number }> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const [end] = await admin.fetchTopicOffsets(energyTopic);
    const [group] = await admin.fetchOffsets({ groupId: energyGroup, topics: [energyTopic] });
    return { committed: Number(group?.partitions[0]?.offset), high: Number(end?.high) };
  } finally {
    await admin.disconnect();
  }
}

/** The offset that the record got. */
async function produce({ kafka }: FaultTarget, topic: string, record: object): Promise<number> {
  const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  try {
    const [sent] = await producer.send({ topic, messages: [{ value: JSON.stringify(record) }] });
    return Number(sent?.baseOffset);
  } finally {
    await producer.disconnect();
  }
}
