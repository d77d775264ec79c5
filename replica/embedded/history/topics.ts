import type { TopicHistory } from '../kafka/records/history.ts';
import type { TopicSeed } from '../kafka/state.ts';
import type { Json } from '../programs/connect/mappings.ts';
import { type OldTopic, oldTables } from '../programs/old/records.ts';
import { type NewTopic, newRecords, newTopics, oldSamples, type RecordHistory } from './records.ts';
import { type HistoryOf, type HistoryState, oldSystemRuns } from './state.ts';

const newTopicNames = Object.keys(newTopics) as NewTopic[];
const oldTopicNames = Object.keys(oldTables) as OldTopic[];

/** The topics of both systems with their past. The old ones hold each sample twice: both old inputs wrote it. */
export function historyTopics(of: HistoryOf): TopicHistory[] {
  return [
    ...newTopicNames.map((topic) => topicHistory(topic, newRecords(topic, of), 1)),
    ...oldTopicNames.map((topic) => topicHistory(topic, oldSamples(topic, of), 2)),
  ];
}

/** The same as the Kafka double wants it planted, with what each consumer group had committed: all of it. */
export function historySeeds(of: HistoryOf): TopicSeed[] {
  return historyTopics(of).map((history) => {
    const { topic, recordCount } = history;
    const readers = Object.entries(groups).filter(([, topics]) => topics.some((read) => read === topic));
    return { topic, history, committed: Object.fromEntries(readers.map(([group]) => [group, recordCount])) };
  });
}

/** The groups that have a consumer when both systems run, or after the cutover the new one alone. */
export function consumingGroups(state: HistoryState): string[] {
  return Object.keys(groups).filter((group) => oldSystemRuns(state) || !group.startsWith('redpanda-sink'));
}

const groups: Readonly<Record<string, readonly (NewTopic | OldTopic)[]>> = {
  'timescaledb-energy': ['homelab-energy-realtime'],
  'timescaledb-heatpump': ['homelab-heatpump-telemetry'],
  'timescaledb-temperature': ['homelab-temperature-indoor', 'homelab-temperature-outdoor'],
  'heatpump-settings': ['homelab-heatpump-telemetry'],
  'redpanda-sink': oldTopicNames,
  'redpanda-sink-v2': oldTopicNames,
};

function topicHistory(topic: string, past: RecordHistory, copies: number): TopicHistory {
  const original = (index: number) => Math.floor(index / copies);
  return {
    topic,
    recordCount: past.count * copies,
    timeMs: (index) => past.timeMs(original(index)),
    record: (index) => {
      const record = past.record(original(index));
      const key = deviceOf(record);
      return { ...(key === undefined ? {} : { key: Buffer.from(key) }), value: Buffer.from(JSON.stringify(record)) };
    },
  };
}

function deviceOf(record: Json): string | undefined {
  const device = (record.tags as Json | undefined)?.device_id ?? record.device_id ?? record.sensor;
  return typeof device === 'string' ? device : undefined;
}
