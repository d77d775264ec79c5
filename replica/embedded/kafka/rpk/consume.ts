import { readBatchHeader, readRecords, type StoredRecord } from '../records/batch.ts';
import type { KafkaClient } from '../wire/client.ts';
import { metadata } from '../wire/cluster-apis.ts';
import { errors } from '../wire/errors.ts';
import { fetch, listOffsets } from '../wire/record-apis.ts';
import { RpkError } from './error.ts';

export interface ConsumeOptions {
  readonly topics: readonly string[];
  /** Ends after so many records; 0 goes on until it is stopped. */
  readonly num: number;
  readonly offset: string;
  readonly partitions: readonly number[] | undefined;
  readonly format: string;
}

interface Place {
  readonly topic: string;
  readonly partition: number;
  next: number;
  /** Where to stop, for a range of offsets. */
  readonly end: number;
}

/** Prints records until there are enough of them, the range of offsets is done, or the signal aborts. */
export async function consume(
  client: KafkaClient,
  options: ConsumeOptions,
  print: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const places = await startingPlaces(client, options);
  let printed = 0;
  while (!signal.aborted) {
    const open = places.filter((place) => place.next < place.end);
    if (open.length === 0) return;
    for (const record of await fetchRecords(client, open)) {
      print(formatRecord(record, options.format));
      printed += 1;
      if (options.num > 0 && printed >= options.num) return;
    }
  }
}

interface PlacedRecord extends StoredRecord {
  readonly topic: string;
  readonly partition: number;
}

async function fetchRecords(client: KafkaClient, places: readonly Place[]): Promise<PlacedRecord[]> {
  const answer = await client.request(fetch, {
    replicaId: -1,
    maxWaitMs: 500,
    minBytes: 1,
    maxBytes: 1024 * 1024,
    isolationLevel: 1,
    sessionId: 0,
    sessionEpoch: -1,
    topics: places.map(({ topic, partition, next }) => ({
      name: topic,
      partitions: [
        {
          partition,
          currentLeaderEpoch: -1,
          fetchOffset: next,
          lastFetchedEpoch: -1,
          logStartOffset: -1,
          partitionMaxBytes: 1024 * 1024,
        },
      ],
    })),
    forgottenTopics: [],
    rackId: '',
  });
  const records: PlacedRecord[] = [];
  for (const topic of answer.topics) {
    for (const partition of topic.partitions) {
      const place = places.find(
        (candidate) => candidate.topic === topic.name && candidate.partition === partition.partition,
      );
      if (partition.errorCode !== errors.none || place === undefined) {
        throw new RpkError(
          `ERR: topic ${topic.name} partition ${partition.partition}: error code ${partition.errorCode}`,
        );
      }
      for (const record of recordsOf(partition.records)) {
        if (record.offset < place.next || record.offset >= place.end) continue;
        records.push({ ...record, topic: topic.name, partition: partition.partition });
        place.next = record.offset + 1;
      }
    }
  }
  return records;
}

function recordsOf(bytes: Buffer): StoredRecord[] {
  const records: StoredRecord[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { sizeBytes } = readBatchHeader(bytes.subarray(at));
    const batch = readRecords(bytes.subarray(at, at + sizeBytes));
    if (batch === undefined) throw new RpkError('records compressed with lz4 cannot be read here');
    records.push(...batch);
    at += sizeBytes;
  }
  return records;
}

async function startingPlaces(client: KafkaClient, options: ConsumeOptions): Promise<Place[]> {
  const { topics } = await client.request(metadata, {
    topics: options.topics.map((name) => ({ name })),
    allowAutoTopicCreation: false,
    includeClusterAuthorizedOperations: false,
    includeTopicAuthorizedOperations: false,
  });
  const places: Place[] = [];
  for (const topic of topics) {
    if (topic.errorCode !== errors.none) {
      throw new RpkError('ERR: UNKNOWN_TOPIC_OR_PARTITION: This server does not host this topic-partition.');
    }
    for (const { partition } of topic.partitions) {
      if (options.partitions !== undefined && !options.partitions.includes(partition)) continue;
      places.push({ topic: topic.name, partition, ...(await range(client, topic.name, partition, options.offset)) });
    }
  }
  return places;
}

const forever = Number.MAX_SAFE_INTEGER;

/** rpk's forms: start, end, N, -N (before the end), +N (after the start), N:M, :end, @TIME (ms), @TIME:TIME. */
async function range(
  client: KafkaClient,
  topic: string,
  partition: number,
  offset: string,
): Promise<{ next: number; end: number }> {
  const at = async (timestamp: number) => {
    const found = await offsetAt(client, topic, partition, timestamp);
    return found < 0 ? offsetAt(client, topic, partition, -1) : found;
  };
  if (offset === 'start') return { next: await at(-2), end: forever };
  if (offset === 'end') return { next: await at(-1), end: forever };
  if (offset === ':end') return { next: await at(-2), end: await at(-1) };
  const time = /^@(\d+)(?::(\d+|end))?$/.exec(offset);
  if (time !== null) {
    const end = time[2] === undefined ? forever : await at(time[2] === 'end' ? -1 : Number(time[2]));
    return { next: await at(Number(time[1])), end };
  }
  const numbers = /^([-+]?)(\d+)(?::(\d+|end))?$/.exec(offset);
  if (numbers === null) throw new RpkError(`invalid --offset "${offset}": unable to parse offset`);
  const count = Number(numbers[2]);
  const [start, last] = [await at(-2), await at(-1)];
  const next = numbers[1] === '-' ? last - count : numbers[1] === '+' ? start + count : count;
  const end = numbers[3] === undefined ? forever : numbers[3] === 'end' ? last : Number(numbers[3]);
  return { next: Math.max(start, next), end };
}

async function offsetAt(client: KafkaClient, topic: string, partition: number, timestamp: number): Promise<number> {
  const answer = await client.request(listOffsets, {
    replicaId: -1,
    isolationLevel: 1,
    topics: [{ name: topic, partitions: [{ partition, currentLeaderEpoch: -1, timestamp }] }],
  });
  return answer.topics[0]?.partitions[0]?.offset ?? -1;
}

/** `json` as rpk indents it, or a format of its letters: %v value, %k key, %t topic, %p partition, %o offset, %d time in ms. */
function formatRecord(record: PlacedRecord, format: string): string {
  const key = record.key?.toString('utf8');
  const value = record.value?.toString('utf8');
  if (format === 'json') {
    const headers = record.headers.map((header) => ({ key: header.key, value: header.value?.toString('utf8') ?? '' }));
    const shown = {
      topic: record.topic,
      ...(key === undefined ? {} : { key }),
      ...(value === undefined ? {} : { value }),
      ...(headers.length === 0 ? {} : { headers }),
      timestamp: record.timestampMs,
      partition: record.partition,
      offset: record.offset,
    };
    return `${JSON.stringify(shown, null, 2)}\n`;
  }
  const letters: Readonly<Record<string, string>> = {
    v: value ?? '',
    k: key ?? '',
    t: record.topic,
    p: String(record.partition),
    o: String(record.offset),
    d: String(record.timestampMs),
    '%': '%',
  };
  return format
    .replace(/%([vktpod%])/g, (whole, letter: string) => letters[letter] ?? whole)
    .replaceAll('\\n', '\n')
    .replaceAll('\\t', '\t');
}
