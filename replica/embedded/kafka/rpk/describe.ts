import { Reader } from '../wire/buffers.ts';
import type { KafkaClient } from '../wire/client.ts';
import { describeConfigs, metadata } from '../wire/cluster-apis.ts';
import { array, int32, string, struct } from '../wire/codec.ts';
import { errors } from '../wire/errors.ts';
import { describeGroups, findCoordinator, listGroups, offsetFetch } from '../wire/group-apis.ts';
import { listOffsets } from '../wire/record-apis.ts';
import { RpkError } from './error.ts';
import { section, table } from './table.ts';

function askMetadata(client: KafkaClient, topics: readonly string[] | null) {
  return client.request(metadata, {
    topics: topics?.map((name) => ({ name })) ?? null,
    allowAutoTopicCreation: false,
    includeClusterAuthorizedOperations: false,
    includeTopicAuthorizedOperations: false,
  });
}

function topicTable(topics: Awaited<ReturnType<typeof askMetadata>>['topics']): string {
  const rows = [...topics]
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .map((topic) => [topic.name, topic.partitions.length, topic.partitions[0]?.replicas.length ?? 0]);
  return table([['NAME', 'PARTITIONS', 'REPLICAS'], ...rows]);
}

/** `rpk topic list` */
export async function topicList(client: KafkaClient): Promise<string> {
  return topicTable((await askMetadata(client, null)).topics);
}

/** `rpk topic describe TOPIC`, with -p its partitions only. */
export async function topicDescribe(client: KafkaClient, name: string, partitionsOnly: boolean): Promise<string> {
  const topic = (await askMetadata(client, [name])).topics[0];
  if (topic === undefined || topic.errorCode !== errors.none) {
    throw new RpkError('UNKNOWN_TOPIC_OR_PARTITION: This server does not host this topic-partition.');
  }
  const partitions = topic.partitions.map((partition) => partition.partition);
  if (partitionsOnly) {
    const [low, high] = [await offsets(client, name, partitions, -2), await offsets(client, name, partitions, -1)];
    const rows = topic.partitions.map((partition) => [
      partition.partition,
      partition.leader,
      partition.leaderEpoch,
      `[${partition.replicas.join(' ')}]`,
      low.get(partition.partition) ?? '-',
      high.get(partition.partition) ?? '-',
    ]);
    return table([['PARTITION', 'LEADER', 'EPOCH', 'REPLICAS', 'LOG-START-OFFSET', 'HIGH-WATERMARK'], ...rows]);
  }
  const described = await client.request(describeConfigs, {
    resources: [{ type: 2, name, configNames: null }],
    includeSynonyms: false,
    includeDocumentation: false,
  });
  const configs = (described.resources[0]?.configs ?? []).map((config) => [
    config.name,
    config.value ?? '',
    config.source === 5 ? 'DEFAULT_CONFIG' : 'DYNAMIC_TOPIC_CONFIG',
  ]);
  const summary = table([
    ['NAME', name],
    ['PARTITIONS', partitions.length],
    ['REPLICAS', topic.partitions[0]?.replicas.length ?? 0],
  ]);
  return `${section('SUMMARY', summary)}\n${section('CONFIGS', table([['KEY', 'VALUE', 'SOURCE'], ...configs]))}`;
}

async function offsets(
  client: KafkaClient,
  topic: string,
  partitions: readonly number[],
  timestamp: number,
): Promise<Map<number, number>> {
  const answer = await client.request(listOffsets, {
    replicaId: -1,
    isolationLevel: 1,
    topics: [
      { name: topic, partitions: partitions.map((partition) => ({ partition, currentLeaderEpoch: -1, timestamp })) },
    ],
  });
  return new Map((answer.topics[0]?.partitions ?? []).map((partition) => [partition.partition, partition.offset]));
}

/** `rpk group list` */
export async function groupList(client: KafkaClient): Promise<string> {
  const { groups } = await client.request(listGroups, { states: [] });
  const { controllerId } = await askMetadata(client, []);
  const rows = [...groups]
    .sort((left, right) => (left.groupId < right.groupId ? -1 : 1))
    .map((group) => [controllerId, group.groupId, group.state]);
  return table([['BROKER', 'GROUP', 'STATE'], ...rows]);
}

const assignmentTopics = array(struct({ topic: string, partitions: array(int32) }));

/** `rpk group describe GROUP`: a partition without a member or a committed offset is shown with dashes, not with lag 0. */
export async function groupDescribe(client: KafkaClient, groupId: string): Promise<string> {
  const { nodeId } = await client.request(findCoordinator, { key: groupId, keyType: 0 });
  const described = await client.request(describeGroups, { groups: [groupId], includeAuthorizedOperations: false });
  const committed = await client.request(offsetFetch, { groupId, topics: null, requireStable: false });
  const group = described.groups[0];
  const members = group?.members ?? [];
  const places = new Map<
    string,
    { topic: string; partition: number; current?: number; member?: (typeof members)[number] }
  >();
  for (const topic of committed.topics) {
    for (const { partition, offset } of topic.partitions) {
      places.set(`${topic.name}/${partition}`, {
        topic: topic.name,
        partition,
        ...(offset < 0 ? {} : { current: offset }),
      });
    }
  }
  for (const member of members) {
    for (const { topic, partition } of assigned(member.assignment)) {
      const key = `${topic}/${partition}`;
      places.set(key, { ...(places.get(key) ?? { topic, partition }), member });
    }
  }
  let totalLag = 0;
  const rows: (string | number)[][] = [];
  for (const place of [...places.values()].sort(byPlace)) {
    const low = (await offsets(client, place.topic, [place.partition], -2)).get(place.partition) ?? -1;
    const high = (await offsets(client, place.topic, [place.partition], -1)).get(place.partition) ?? -1;
    const lag = place.current === undefined ? high - low : Math.max(0, high - place.current);
    totalLag += lag;
    const { member } = place;
    rows.push([
      place.topic,
      place.partition,
      place.current ?? '-',
      low,
      high,
      place.current === undefined ? '-' : lag,
      member?.memberId ?? '',
      member?.clientId ?? '',
      member?.clientHost.replace(/^\//, '') ?? '',
    ]);
  }
  const head = table([
    ['GROUP', groupId],
    ['COORDINATOR', nodeId],
    ['STATE', group?.state ?? 'Dead'],
    ['BALANCER', group?.protocol ?? ''],
    ['MEMBERS', members.length],
    ['TOTAL-LAG', totalLag],
  ]);
  if (rows.length === 0) return head;
  const columns = [
    'TOPIC',
    'PARTITION',
    'CURRENT-OFFSET',
    'LOG-START-OFFSET',
    'LOG-END-OFFSET',
    'LAG',
    'MEMBER-ID',
    'CLIENT-ID',
    'HOST',
  ];
  return `${head}\n${table([columns, ...rows])}`;
}

/** A consumer's assignment: version, then topics with partitions. */
function assigned(assignment: Buffer): { topic: string; partition: number }[] {
  if (assignment.length < 6) return [];
  const topics = assignmentTopics.read(new Reader(assignment.subarray(2)), { number: 0, flexible: false });
  return topics.flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition })));
}

function byPlace(left: { topic: string; partition: number }, right: { topic: string; partition: number }): number {
  if (left.topic !== right.topic) return left.topic < right.topic ? -1 : 1;
  return left.partition - right.partition;
}

/** `rpk cluster info` */
export async function clusterInfo(client: KafkaClient): Promise<string> {
  const { brokers, clusterId, controllerId, topics } = await askMetadata(client, null);
  const brokerRows = brokers.map((broker) => [
    `${broker.nodeId}${broker.nodeId === controllerId ? '*' : ''}`,
    broker.host,
    broker.port,
  ]);
  return [
    section('CLUSTER', `${clusterId ?? ''}\n`),
    section('BROKERS', table([['ID', 'HOST', 'PORT'], ...brokerRows])),
    section('TOPICS', topicTable(topics)),
  ].join('\n');
}

/** `rpk cluster health` */
export async function clusterHealth(client: KafkaClient): Promise<string> {
  const { brokers, controllerId } = await askMetadata(client, []);
  const rows = [
    ['Healthy:', 'true'],
    ['Unhealthy reasons:', '[]'],
    ['Controller ID:', controllerId],
    ['All nodes:', `[${brokers.map((broker) => broker.nodeId).join(' ')}]`],
    ['Nodes down:', '[]'],
    ['Leaderless partitions (0):', '[]'],
    ['Under-replicated partitions (0):', '[]'],
  ];
  return section('CLUSTER HEALTH OVERVIEW', table(rows));
}
