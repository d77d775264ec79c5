import { randomUUID } from 'node:crypto';
import { Group } from './groups/group.ts';
import type { TopicHistory } from './records/history.ts';
import { PartitionLog } from './records/partition-log.ts';

export interface Topic {
  readonly name: string;
  readonly partitions: PartitionLog[];
  /** Settings that differ from the defaults. */
  readonly configs: Map<string, string>;
}

/** What is wrong with a broker on purpose: `pause` accepts and never answers, `refuse` closes every connection. */
export type BrokerFault = 'pause' | 'refuse';

/** All that outlives the broker's process, as it lies on the volume. */
export interface BrokerState {
  readonly clusterId: string;
  readonly topics: Map<string, Topic>;
  readonly groups: Map<string, Group>;
  nextProducerId: number;
  /** Last batches of idempotent producers, by topic-partition and producer: what tells a repeated batch from a new one. */
  readonly producers: Map<string, ProducerBatches>;
  fault: BrokerFault | undefined;
  /** Called when the fault changes. */
  readonly onFault: Set<() => void>;
  /** Where the broker that runs on this state writes its log; nowhere while none does. */
  log: (line: string) => void;
}

interface ProducerBatches {
  readonly epoch: number;
  readonly batches: readonly {
    readonly firstSequence: number;
    readonly lastSequence: number;
    readonly baseOffset: number;
  }[];
}

const stateKey = 'kafka';

/** The broker's state on a volume; made when the volume is new. */
export function brokerState(volume: Map<string, unknown>): BrokerState {
  const found = volume.get(stateKey);
  if (found !== undefined) return found as BrokerState;
  const made: BrokerState = {
    clusterId: `redpanda.${randomUUID()}`,
    topics: new Map(),
    groups: new Map(),
    nextProducerId: 1,
    producers: new Map(),
    fault: undefined,
    onFault: new Set(),
    log: () => {},
  };
  volume.set(stateKey, made);
  return made;
}

export function createTopic(state: BrokerState, name: string, partitions: number, history?: TopicHistory): Topic {
  const logs = Array.from({ length: partitions }, (_, index) => new PartitionLog(index === 0 ? history : undefined));
  const topic: Topic = { name, partitions: logs, configs: new Map() };
  state.topics.set(name, topic);
  return topic;
}

/** The topic's partition, undefined when either does not exist. */
export function partitionOf(state: BrokerState, topic: string, partition: number): PartitionLog | undefined {
  return state.topics.get(topic)?.partitions[partition];
}

export interface TopicSeed {
  readonly topic: string;
  /** 1 unless given. */
  readonly partitions?: number;
  /** What lies in partition 0 already. */
  readonly history?: TopicHistory;
  /** Offset by group that consumers committed in partition 0 before the replica began. */
  readonly committed?: Readonly<Record<string, number>>;
}

/** Puts topics, their history and committed offsets on a volume, before a broker runs on it or while one does. */
export function seedTopics(volume: Map<string, unknown>, topics: readonly TopicSeed[]): void {
  const state = brokerState(volume);
  for (const seed of topics) {
    createTopic(state, seed.topic, seed.partitions ?? 1, seed.history);
    for (const [groupId, offset] of Object.entries(seed.committed ?? {})) {
      groupOf(state, groupId).commit(seed.topic, 0, { offset, leaderEpoch: -1, metadata: '' });
    }
  }
}

/** The group, made when it does not exist yet. */
export function groupOf(state: BrokerState, groupId: string): Group {
  const found = state.groups.get(groupId);
  if (found !== undefined) return found;
  const made = new Group(groupId, (line) => state.log(line));
  state.groups.set(groupId, made);
  return made;
}

/** Plants a fault in the broker that runs on the volume, or that will; undefined takes it away. */
export function setBrokerFault(volume: Map<string, unknown>, fault: BrokerFault | undefined): void {
  const state = brokerState(volume);
  state.fault = fault;
  for (const listener of [...state.onFault]) listener();
}
