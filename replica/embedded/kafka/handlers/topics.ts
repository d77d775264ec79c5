import { PartitionLog } from '../records/partition-log.ts';
import { createTopic, type Topic } from '../state.ts';
import { createPartitions, createTopics, deleteTopics, metadata } from '../wire/cluster-apis.ts';
import { errors } from '../wire/errors.ts';
import { endpoint } from './endpoint.ts';

const validName = /^[a-zA-Z0-9._-]{1,249}$/;

/** Topics are never made by asking for them, as with Redpanda's default. */
export const metadataEndpoint = endpoint(metadata, (request, { state, nodeId, advertised }) => {
  const names = request.topics?.map((topic) => topic.name) ?? [...state.topics.keys()];
  return {
    throttleTimeMs: 0,
    brokers: [{ nodeId, host: advertised.host, port: advertised.port, rack: null }],
    clusterId: state.clusterId,
    controllerId: nodeId,
    topics: names.map((name) => {
      const topic = state.topics.get(name);
      const missing = validName.test(name) ? errors.unknownTopicOrPartition : errors.invalidTopic;
      return {
        errorCode: topic === undefined ? missing : errors.none,
        name,
        isInternal: false,
        partitions: (topic?.partitions ?? []).map((_, partition) => ({
          errorCode: errors.none,
          partition,
          leader: nodeId,
          leaderEpoch: 0,
          replicas: [nodeId],
          isr: [nodeId],
          offlineReplicas: [],
        })),
        authorizedOperations: -2147483648,
      };
    }),
    clusterAuthorizedOperations: -2147483648,
  };
});

export const createTopicsEndpoint = endpoint(createTopics, (request, { state }) => ({
  throttleTimeMs: 0,
  topics: request.topics.map((wanted) => {
    const refusal = refusalOf(wanted, state.topics);
    if (refusal !== undefined) return { name: wanted.name, ...refusal };
    if (!request.validateOnly) {
      const count = wanted.assignments.length > 0 ? wanted.assignments.length : Math.max(1, wanted.partitions);
      const topic = createTopic(state, wanted.name, count);
      for (const { name, value } of wanted.configs) if (value !== null) topic.configs.set(name, value);
      state.log(`cluster - topics_frontend: created topic {kafka/${wanted.name}} with ${count} partitions`);
    }
    return { name: wanted.name, errorCode: errors.none, errorMessage: null };
  }),
}));

function refusalOf(
  wanted: { readonly name: string; readonly partitions: number; readonly replicationFactor: number },
  topics: ReadonlyMap<string, Topic>,
): { errorCode: number; errorMessage: string } | undefined {
  if (!validName.test(wanted.name)) {
    return {
      errorCode: errors.invalidTopic,
      errorMessage: 'The request attempted to perform an operation on an invalid topic.',
    };
  }
  if (topics.has(wanted.name)) {
    return { errorCode: errors.topicAlreadyExists, errorMessage: `Topic '${wanted.name}' already exists.` };
  }
  if (wanted.partitions === 0 || wanted.partitions < -1) {
    return { errorCode: errors.invalidPartitions, errorMessage: 'Number of partitions must be larger than 0.' };
  }
  if (wanted.replicationFactor > 1 || wanted.replicationFactor === 0) {
    return { errorCode: errors.invalidReplicationFactor, errorMessage: 'Replication factor must be 1 with 1 broker.' };
  }
  return undefined;
}

/** With the topic go the offsets that groups committed in it. */
export const deleteTopicsEndpoint = endpoint(deleteTopics, (request, { state }) => ({
  throttleTimeMs: 0,
  topics: request.names.map((name) => {
    if (!state.topics.delete(name)) return { name, errorCode: errors.unknownTopicOrPartition };
    for (const group of state.groups.values()) group.offsets.delete(name);
    state.log(`cluster - topics_frontend: deleted topic {kafka/${name}}`);
    return { name, errorCode: errors.none };
  }),
}));

export const createPartitionsEndpoint = endpoint(createPartitions, (request, { state }) => ({
  throttleTimeMs: 0,
  topics: request.topics.map(({ name, count }) => {
    const topic = state.topics.get(name);
    if (topic === undefined) return { name, errorCode: errors.unknownTopicOrPartition, errorMessage: null };
    if (count <= topic.partitions.length) {
      return {
        name,
        errorCode: errors.invalidPartitions,
        errorMessage: `Topic currently has ${topic.partitions.length} partitions, which is not fewer than ${count}.`,
      };
    }
    if (!request.validateOnly) while (topic.partitions.length < count) topic.partitions.push(new PartitionLog());
    return { name, errorCode: errors.none, errorMessage: null };
  }),
}));
