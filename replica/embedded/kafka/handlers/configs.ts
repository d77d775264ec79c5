import type { BrokerState } from '../state.ts';
import { alterConfigs, describeConfigs, incrementalAlterConfigs } from '../wire/cluster-apis.ts';
import { errors } from '../wire/errors.ts';
import { endpoint } from './endpoint.ts';

const topicResource = 2;
const brokerResource = 4;
const source = { topic: 1, staticBroker: 4, default: 5 } as const;
const operation = { set: 0, delete: 1 } as const;

/** Redpanda's defaults for what is asked about most. */
const topicDefaults: Readonly<Record<string, string>> = {
  'cleanup.policy': 'delete',
  'compression.type': 'producer',
  'max.message.bytes': '1048576',
  'message.timestamp.type': 'CreateTime',
  'retention.bytes': '-1',
  'retention.ms': '604800000',
  'segment.bytes': '134217728',
};

export const describeConfigsEndpoint = endpoint(describeConfigs, (request, { state, nodeId, advertised }) => ({
  throttleTimeMs: 0,
  resources: request.resources.map(({ type, name, configNames }) => {
    const wanted = (config: string) => configNames === null || configNames.length === 0 || configNames.includes(config);
    const answer = (
      errorCode: number,
      configs: readonly ReturnType<typeof config>[],
      errorMessage: string | null = null,
    ) => ({
      errorCode,
      errorMessage,
      type,
      name,
      configs: configs.filter((entry) => wanted(entry.name)),
    });
    if (type === topicResource) {
      const topic = state.topics.get(name);
      if (topic === undefined) return answer(errors.unknownTopicOrPartition, []);
      const names = new Set([...Object.keys(topicDefaults), ...topic.configs.keys()]);
      const entries = [...names].map((key) => {
        const own = topic.configs.get(key);
        return config(key, own ?? topicDefaults[key] ?? '', own === undefined ? source.default : source.topic);
      });
      return answer(errors.none, entries);
    }
    if (type === brokerResource && (name === String(nodeId) || name === '')) {
      return answer(errors.none, [
        config('advertised.listeners', `internal://${advertised.host}:${advertised.port}`, source.staticBroker),
        config('auto.create.topics.enable', 'false', source.default),
        config('log.retention.ms', topicDefaults['retention.ms'] ?? '', source.default),
        config('num.partitions', '1', source.default),
      ]);
    }
    return answer(errors.invalidRequest, [], `resource ${type} ${name} is not known here`);
  }),
}));

function config(name: string, value: string, from: number) {
  return {
    name,
    value,
    readOnly: false,
    isDefault: from === source.default,
    source: from,
    isSensitive: false,
    synonyms: [],
    configType: 0,
    documentation: null,
  };
}

/** Replaces all of a topic's settings. */
export const alterConfigsEndpoint = endpoint(alterConfigs, (request, { state }) => ({
  throttleTimeMs: 0,
  resources: request.resources.map((resource) => {
    const edits = resource.configs.map(({ name, value }) => ({ name, value }));
    return altered(state, resource, () => {
      if (request.validateOnly) return;
      state.topics.get(resource.name)?.configs.clear();
      apply(state, resource.name, edits);
    });
  }),
}));

export const incrementalAlterConfigsEndpoint = endpoint(incrementalAlterConfigs, (request, { state }) => ({
  throttleTimeMs: 0,
  resources: request.resources.map((resource) => {
    const supported = resource.configs.every(
      (edit) => edit.operation === operation.set || edit.operation === operation.delete,
    );
    if (!supported)
      return { ...outcome(resource), errorCode: errors.invalidConfig, errorMessage: 'only SET and DELETE' };
    const edits = resource.configs.map((edit) => ({
      name: edit.name,
      value: edit.operation === operation.set ? edit.value : null,
    }));
    return altered(state, resource, () => {
      if (!request.validateOnly) apply(state, resource.name, edits);
    });
  }),
}));

interface Resource {
  readonly type: number;
  readonly name: string;
}

function outcome({ type, name }: Resource) {
  return { errorCode: errors.none as number, errorMessage: null as string | null, type, name };
}

function altered(state: BrokerState, resource: Resource, change: () => void) {
  if (resource.type !== topicResource) {
    return {
      ...outcome(resource),
      errorCode: errors.invalidRequest,
      errorMessage: 'only topics have settings to change here',
    };
  }
  if (!state.topics.has(resource.name)) return { ...outcome(resource), errorCode: errors.unknownTopicOrPartition };
  change();
  return outcome(resource);
}

function apply(state: BrokerState, topic: string, edits: readonly { name: string; value: string | null }[]): void {
  const configs = state.topics.get(topic)?.configs;
  for (const { name, value } of edits) {
    if (value === null) configs?.delete(name);
    else configs?.set(name, value);
  }
}
