import kafkajs, { type Admin } from 'kafkajs';
import { readFetchVersion } from '../../broker/fetch-version.ts';
import { observeTopic } from '../../broker/topic.ts';
import type { Migration } from '../../config/schema.ts';
import { connectKafka } from '../../target/dial/kafka.ts';
import type { Target } from '../../target/target.ts';
import { Unobservable } from '../../unobservable.ts';
import type { ClockReading, KafkaSight, NewestRecord } from '../observed.ts';
import type { Looker } from './look.ts';

const { ConfigResourceTypes } = kafkajs;

/** The broker: whether it answers, what of it can be seen, and what can be known of its version and clock. */
export async function observeKafka(
  target: Target,
  look: Looker,
  { new: { kafka: config, streams, settings }, old }: Pick<Migration, 'new' | 'old'>,
  clock: ClockReading,
): Promise<KafkaSight> {
  const service = { namespace: config.namespace, service: config.service, port: config.port };
  const what = `Kafka at ${service.namespace}/${service.service}:${service.port}`;
  const consumers = [...Object.values(streams), settings];
  const topics = [...new Set(consumers.map(({ topic }) => topic))];
  const head = {
    service,
    wantedTopics: wanted(topics, old.topics),
    wantedGroups: wanted(
      consumers.map(({ group }) => group),
      old.groups,
    ),
  };
  const connection = connectKafka(target, service);
  const admin = connection.kafka.admin();
  const asking = <T>(subject: string, ask: () => Promise<T>) =>
    look(subject, async () => {
      try {
        return await ask();
      } catch (error) {
        throw connection.unobservable(error, subject);
      }
    });
  try {
    const [cluster, fetchVersion] = await Promise.all([
      asking(what, async () => {
        await admin.connect();
        const { clusterId, brokers } = await admin.describeCluster();
        return { clusterId, brokers: brokers.map(({ host, port }) => `${host}:${port}`) };
      }),
      look(`ApiVersions of ${what}`, async () => readFetchVersion(await target.dial(service))),
    ]);
    if ('unseen' in cluster) return { ...head, cluster, fetchVersion };
    const [seenTopics, groups, newest] = await Promise.all([
      asking(`the topics of ${what}`, () => admin.listTopics()),
      asking(`the groups of ${what}`, async () => (await admin.listGroups()).groups.map(({ groupId }) => groupId)),
      asking(`the newest record of ${what}`, () => newestRecord(admin, topics, clock)),
    ]);
    return { ...head, cluster, fetchVersion, topics: seenTopics, groups, newest };
  } finally {
    void admin.disconnect().catch(() => {});
  }
}

function wanted(ofNew: readonly string[], ofOld: readonly string[]): KafkaSight['wantedTopics'] {
  const isOld = new Map([
    ...ofOld.map((name) => [name, true] as const),
    ...ofNew.map((name) => [name, false] as const),
  ]);
  return [...isOld].map(([name, old]) => ({ name, old }));
}

/** Of the topics that can be seen. Throws `Unobservable` when none holds a record. */
async function newestRecord(admin: Admin, topics: readonly string[], clock: ClockReading): Promise<NewestRecord> {
  const states = await Promise.all(topics.map((topic) => observeTopic(admin, topic, clock)));
  const [newest] = states
    .flatMap(({ topic, newestAgeSeconds: ageSeconds }) => (ageSeconds === undefined ? [] : [{ topic, ageSeconds }]))
    .sort((a, b) => a.ageSeconds - b.ageSeconds);
  if (newest === undefined) throw new Unobservable('history', 'no topic holds a record with a time');
  return { ...newest, stampedBy: await stamper(admin, newest.topic) };
}

/** A user that may read a topic need not be allowed to see its configuration. */
async function stamper(admin: Admin, topic: string): Promise<NewestRecord['stampedBy']> {
  const name = 'message.timestamp.type';
  const resources = [{ type: ConfigResourceTypes.TOPIC, name: topic, configNames: [name] }];
  const answer = await admin.describeConfigs({ resources, includeSynonyms: false }).catch(() => undefined);
  const type = answer?.resources[0]?.configEntries.find(({ configName }) => configName === name)?.configValue;
  if (type === 'LogAppendTime') return 'broker';
  return type === 'CreateTime' ? 'producer' : 'not known';
}
