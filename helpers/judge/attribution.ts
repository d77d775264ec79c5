import type { GroupState, TopicSpan } from '../broker/observed.ts';
import type { ContainerLog, LogEntry, WorkloadState } from '../cluster/observed.ts';
import type { Migration, StreamConfig } from '../config/schema.ts';
import type { Gap } from '../database/observed.ts';
import { hopWorkloads, type Role } from './hops.ts';
import { interruptions } from './interruptions.ts';
import type { Sightings } from './verdict.ts';
import { count, list, shorten } from './words.ts';
import { workloadName } from './workloads.ts';

/** Where on its way a message was lost, in the order of the way; `unknown` where what was seen does not tell. */
export type Hop = 'mqtt' | 'bridge' | 'kafka' | 'sink' | 'unknown';

export type Cause =
  | 'mqtt-silent'
  | 'mqtt-unreachable'
  | 'bridge-down'
  | 'bridge-rejecting'
  | 'bridge-lost'
  | 'kafka-unreachable'
  | 'sink-behind'
  | 'sink-down'
  | 'sink-rejecting'
  | 'not-stored'
  | 'unknown';

const hops: Readonly<Record<Cause, Hop>> = {
  'mqtt-silent': 'mqtt',
  'mqtt-unreachable': 'mqtt',
  'bridge-down': 'bridge',
  'bridge-rejecting': 'bridge',
  'bridge-lost': 'bridge',
  'kafka-unreachable': 'kafka',
  'sink-behind': 'sink',
  'sink-down': 'sink',
  'sink-rejecting': 'sink',
  'not-stored': 'sink',
  unknown: 'unknown',
};

/** What was seen around a gap, besides the rows. */
export interface GapEvidence extends Gap {
  readonly stream: string;
  /** It still lasted when it was looked at: what does not run now is its matter. */
  readonly open: boolean;
  /** Over the gap less its edges: the stream's own topic, those of the bridge's other streams, and the old witness. */
  readonly topics: Sightings<TopicSpan>;
  readonly groups: Sightings<GroupState>;
  readonly workloads: Sightings<WorkloadState>;
  /** Of the bridge and the sink, from the gap's start on. */
  readonly logs: Sightings<ContainerLog>;
}

export interface Attribution {
  readonly hop: Hop;
  readonly cause: Cause;
  /** One line: `sink down: 120 records are in the topic, timescaledb/redpanda-connect restarted at …`. */
  readonly words: string;
  /** What it rests on, each in words. */
  readonly evidence: readonly string[];
}

/** The edges of a gap that are not judged: a record and its row can fall on different sides of them. */
export function edgeSeconds({ storedEvery }: Pick<StreamConfig, 'storedEvery'>): number {
  return Math.min(storedEvery / 2, 30);
}

/**
 * The cause of a gap, hop by hop (plan, Troubleshooting). Records of that time in the topic tell that what was lost was
 * lost behind Kafka, and none, in a topic that reaches back, that it was lost before. Which of the programs on that side
 * it was, their restarts and logs tell, the streams beside it on the same bridge, and an old topic that heard the same
 * sensor. A cause is only named when something was seen that shows it; what could not be seen leaves it unknown.
 */
export function attribute(evidence: GapEvidence, migration: Migration): Attribution {
  const stream = migration.new.streams[evidence.stream];
  const own = stream && evidence.topics.seen.find(({ topic }) => topic === stream.topic);
  if (stream === undefined || own === undefined) {
    const why = evidence.topics.unseen[0]?.message ?? 'its topic was not looked at';
    return attribution('unknown', [why]);
  }
  const around = new Surroundings(evidence, stream, migration);
  if (!own.exists) return attribution('unknown', [`the topic ${own.topic} does not exist`]);
  const records = recordsIn(own);
  if (records > 0) return behindKafka(around, own, records);
  if (own.reachesBack) return beforeKafka(around);
  return attribution('unknown', [
    `the topic ${own.topic} no longer reaches back to ${own.from}: whether it held records is not known`,
    ...around.interrupted('bridge', 'kafka', 'mqtt', 'sink', 'database'),
  ]);
}

/** How many records a topic got within the span that was looked at. */
export function recordsIn({ partitions }: TopicSpan): number {
  return partitions.reduce((sum, { fromOffset, toOffset }) => sum + toOffset - fromOffset, 0);
}

function behindKafka(around: Surroundings, own: TopicSpan, records: number): Attribution {
  const held = `${count(records, 'record')} of that time ${records === 1 ? 'is' : 'are'} in the topic`;
  const behind = around.notYetConsumed(own);
  const errors = around.errors('sink', storeError);
  if (behind !== undefined) {
    return attribution('sink-behind', [held, behind, ...errors, ...around.interrupted('sink', 'database')]);
  }
  if (errors.length > 0) return attribution('sink-rejecting', [held, ...errors]);
  const down = around.interrupted('sink', 'database');
  if (down.length > 0) return attribution('sink-down', [held, ...down, ...around.shortLogs('sink')]);
  return attribution('not-stored', [
    held,
    'the group has passed them: a group without a committed offset skips them, or their rows were removed since',
    ...around.shortLogs('sink'),
    ...around.blind(),
  ]);
}

function beforeKafka(around: Surroundings): Attribution {
  const none = 'no record of that time is in the topic, which reaches back further';
  const kafka = [...around.interrupted('kafka'), ...around.errors('bridge', kafkaError)];
  if (kafka.length > 0) return attribution('kafka-unreachable', [none, ...kafka]);
  const rejected = around.errors('bridge', mappingError);
  if (rejected.length > 0) return attribution('bridge-rejecting', [none, ...rejected]);
  const down = around.interrupted('bridge');
  if (down.length > 0) return attribution('bridge-down', [none, ...down, ...around.siblings()]);
  const mqtt = [...around.interrupted('mqtt'), ...around.errors('bridge', mqttError)];
  if (mqtt.length > 0) return attribution('mqtt-unreachable', [none, ...mqtt, ...around.siblings()]);
  const heard = around.heardByOld();
  if (heard !== undefined) return attribution('bridge-lost', [none, heard, ...around.shortLogs('bridge')]);
  const doubts = [...around.commonSilence(), ...around.shortLogs('bridge'), ...around.blind()];
  if (doubts.length > 0) return attribution('unknown', [none, ...doubts]);
  return attribution('mqtt-silent', [
    none,
    'the bridge ran and logged no error',
    ...around.siblings(),
    ...around.silentOld(),
  ]);
}

const words: Readonly<Record<Cause, string>> = {
  'mqtt-silent': 'MQTT silent: the sensor sent nothing',
  'mqtt-unreachable': 'MQTT broker down or not reached by the bridge',
  'bridge-down': 'bridge down',
  'bridge-rejecting': 'the bridge could not map what came',
  'bridge-lost': 'lost in the bridge',
  'kafka-unreachable': 'Kafka down or not reached by the bridge',
  'sink-behind': 'sink down or stuck: not consumed yet',
  'sink-down': 'sink down',
  'sink-rejecting': 'sink rejecting',
  'not-stored': 'lost behind Kafka: not stored, or no longer',
  unknown: 'cause not known',
};

function attribution(cause: Cause, evidence: readonly string[]): Attribution {
  return { hop: hops[cause], cause, words: `${words[cause]} (${evidence.slice(0, 3).join('; ')})`, evidence };
}

/** What was seen around a gap, asked for by the role that a program has on the stream's way. */
class Surroundings {
  readonly #evidence: GapEvidence;
  readonly #stream: StreamConfig;
  readonly #migration: Migration;

  constructor(evidence: GapEvidence, stream: StreamConfig, migration: Migration) {
    this.#evidence = evidence;
    this.#stream = stream;
    this.#migration = migration;
  }

  /** Containers in these roles that ended, started or were replaced within the gap. */
  interrupted(...roles: readonly Role[]): string[] {
    return roles.flatMap((role) =>
      this.#workloads(role).flatMap((workload) =>
        interruptions(workload, this.#evidence).map((words) => `${workloadName(workload)} ${words}`),
      ),
    );
  }

  /** Errors of the stream that a program in this role logged within the gap: how many of a kind, and the first. */
  errors(role: 'bridge' | 'sink', kind: RegExp): string[] {
    const { from, to } = this.#evidence;
    return this.#logs(role).flatMap((log) => {
      const entries = log.errors.filter(
        (entry) => Date.parse(entry.at) >= Date.parse(from) && Date.parse(entry.at) <= Date.parse(to),
      );
      const own = entries.filter((entry) => kind.test(entry.message) && this.#concerns(entry, role));
      const [first] = own;
      return first === undefined
        ? []
        : [
            `${log.namespace}/${log.pod} logged ${count(own.length, 'error')}, first at ${first.at}: ${shorten(first.message, 120)}`,
          ];
    });
  }

  /** Logs of that role which do not tell of the whole gap. */
  shortLogs(role: 'bridge' | 'sink'): string[] {
    const logs = this.#logs(role);
    const unread = this.#evidence.logs.unseen.map(({ message }) => message);
    if (logs.length === 0 && unread.length === 0) return [`no log of the ${role} of that time can be read`];
    const short = logs.filter(({ reachesBack }) => !reachesBack);
    return [...unread, ...short.map((log) => `the log of ${log.namespace}/${log.pod} does not reach back to it`)];
  }

  /** That the stream's group has not consumed the records of the gap. */
  notYetConsumed({ topic, partitions }: TopicSpan): string | undefined {
    const group = this.#evidence.groups.seen.find((state) => state.group === this.#stream.group);
    const waiting = partitions.flatMap(({ partition, fromOffset, toOffset }) => {
      const committed = group?.partitions.find((own) => own.topic === topic && own.partition === partition);
      const offset = committed?.committedOffset;
      return offset !== undefined && fromOffset < toOffset && offset <= fromOffset ? [offset] : [];
    });
    if (waiting.length === 0) return undefined;
    return `group ${this.#stream.group} (${group?.state}) has committed offset ${waiting.join(', ')}, which is before them`;
  }

  /** What the bridge's other streams did meanwhile, where there was time enough for one to speak. */
  siblings(): string[] {
    const { spoke, silent } = this.#neighbours();
    return [
      ...(spoke.length > 0 ? [`${list(spoke)} flowed meanwhile`] : []),
      ...(silent.length > 0 ? [`${list(silent)} paused as well`] : []),
    ];
  }

  /** All streams of the bridge paused together: something that they share was away, whatever did not tell of it. */
  commonSilence(): string[] {
    const { spoke, silent } = this.#neighbours();
    return silent.length > 0 && spoke.length === 0 ? [`${list(silent)} paused as well: what they share was away`] : [];
  }

  /** That the old input heard the same sensor meanwhile. */
  heardByOld(): string | undefined {
    const witness = this.#witness();
    const records = witness === undefined ? 0 : recordsIn(witness);
    return records === 0 ? undefined : `the old topic ${witness?.topic} has ${count(records, 'record')} of that time`;
  }

  silentOld(): string[] {
    const witness = this.#witness();
    return witness?.exists && witness.reachesBack
      ? [`the old topic ${witness.topic} has no record of that time either`]
      : [];
  }

  /** What could not be looked at, and would have told of a program on the way. */
  blind(): string[] {
    const { workloads, topics } = this.#evidence;
    return [...new Set([...workloads.unseen, ...topics.unseen].map(({ message }) => message))];
  }

  #neighbours(): { spoke: string[]; silent: string[] } {
    const { stream, topics } = this.#evidence;
    const beside = Object.entries(this.#migration.new.streams).filter(
      ([name, { bridge, topic }]) =>
        name !== stream && bridge.instance === this.#stream.bridge.instance && topic !== this.#stream.topic,
    );
    const spans = beside.flatMap(([name, { topic, storedEvery }]) => {
      const span = topics.seen.find((one) => one.topic === topic);
      return span === undefined ? [] : [{ name, span, due: lengthOf(span) / storedEvery }];
    });
    return {
      spoke: spans.filter(({ span }) => recordsIn(span) > 0).map(({ name }) => name),
      silent: spans
        .filter(({ span, due }) => recordsIn(span) === 0 && span.reachesBack && due >= dueToSpeak)
        .map(({ name }) => name),
    };
  }

  #witness(): TopicSpan | undefined {
    const { oldTopic } = this.#stream;
    return this.#evidence.topics.seen.find(({ topic }) => topic === oldTopic);
  }

  #workloads(role: Role): WorkloadState[] {
    const refs = hopWorkloads(this.#stream, this.#migration)[role];
    return this.#evidence.workloads.seen.filter((state) =>
      refs.some(({ namespace, name }) => namespace === state.namespace && name === state.name),
    );
  }

  #logs(role: 'bridge' | 'sink'): ContainerLog[] {
    const pods = this.#workloads(role).flatMap((workload) => workload.pods);
    return this.#evidence.logs.seen.filter((log) =>
      pods.some(({ namespace, name }) => namespace === log.namespace && name === log.pod),
    );
  }

  /** An entry that names another stream (Redpanda Connect's `stream=`) is not this one's. */
  #concerns(entry: LogEntry, role: 'bridge' | 'sink'): boolean {
    const [, named] = /\bstream"?[=:]"?([^"\s,}]+)/.exec(entry.line) ?? [];
    return named === undefined || named === this.#stream[role].stream;
  }
}

/** A stream that misses fewer messages may as well have been between two of them. */
const dueToSpeak = 3;

function lengthOf({ from, to }: { readonly from: string; readonly to: string }): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}

/** By the words of Redpanda Connect 4. */
const kafkaError = /kafka/i;
const mqttError = /mqtt|pingresp|connection lost/i;
const mappingError = /failed assignment|failed to execute mapping/i;
const storeError = /sql|pq:|postgres|failed assignment|failed to execute mapping/i;
