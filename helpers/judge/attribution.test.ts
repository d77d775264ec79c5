import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TopicSpan } from '../broker/observed.ts';
import type { ContainerLog, WorkloadState } from '../cluster/observed.ts';
import { attribute, edgeSeconds, type GapEvidence, type Hop } from './attribution.ts';
import { hopWorkloads } from './hops.ts';
import { ago, container, group, migration, pod, seen, unseen, workload } from './testing/samples.ts';

const streams = Object.keys(migration.new.streams);

/** What happened to a pipeline, and what of that can still be seen. */
interface Story {
  readonly stream: string;
  /** In seconds before noon. */
  readonly from: number;
  readonly seconds: number;
  readonly what: keyof typeof stories;
  readonly hidden: readonly ('logs' | 'workloads' | 'groups' | 'topic' | 'old topic')[];
}

const stories = {
  'the sensor is silent': 'mqtt',
  'the MQTT broker restarts': 'mqtt',
  'the bridge restarts': 'bridge',
  'the bridge cannot map what comes': 'bridge',
  'the broker is away': 'kafka',
  'the sink has not consumed': 'sink',
  'the sink restarts without an offset': 'sink',
  'the sink is refused': 'sink',
} as const satisfies Record<string, Hop>;

const story: fc.Arbitrary<Story> = fc
  .record({
    stream: fc.constantFrom(...streams),
    what: fc.constantFrom(...(Object.keys(stories) as (keyof typeof stories)[])),
    from: fc.integer({ min: 4 * 86_400, max: 7 * 86_400 }),
    longer: fc.integer({ min: 1, max: 86_400 }),
    hidden: fc.subarray(['logs', 'workloads', 'groups', 'topic', 'old topic'] as const),
  })
  .map(({ longer, ...rest }) => ({ ...rest, seconds: (migration.new.streams[rest.stream]?.maxGap ?? 0) + longer }));

describe('a cause', () => {
  test('that can be seen is named', () => {
    fc.assert(
      fc.property(story, (told) => {
        expect(attribute(evidenceOf({ ...told, hidden: [] }), migration).hop).toBe(stories[told.what]);
      }),
    );
  });

  test('of which part is hidden is never taken for another program’s on the other side of Kafka', () => {
    const behind = (hop: Hop) => hop === 'sink';
    fc.assert(
      fc.property(story, (told) => {
        const { hop } = attribute(evidenceOf(told), migration);
        if (hop !== 'unknown') expect(behind(hop)).toBe(behind(stories[told.what]));
      }),
    );
  });

  test('is not known when records of that time may have been deleted, or were not looked at', () => {
    fc.assert(
      fc.property(story, (told) => {
        const blind = evidenceOf({ ...told, hidden: [...told.hidden, 'topic'] });
        const hop = attribute(blind, migration).hop;
        expect(hop).toBe(stories[told.what] === 'sink' ? 'sink' : 'unknown');
        expect(attribute({ ...blind, topics: unseen('Kafka') }, migration).hop).toBe('unknown');
      }),
    );
  });

  test('is MQTT’s silence only when the bridge was seen to run all the time', () => {
    fc.assert(
      fc.property(story, fc.constantFrom('logs', 'workloads'), (told, hides) => {
        const silent = evidenceOf({ ...told, what: 'the sensor is silent', hidden: [hides] });
        expect(attribute(silent, migration).cause).toBe('unknown');
      }),
    );
  });
});

describe('words', () => {
  const told: Story = { stream: 'energy', from: 5000, seconds: 1200, what: 'the sensor is silent', hidden: [] };

  test('say how many records the topic has, and what the sink did', () => {
    const { cause, evidence } = attribute(evidenceOf({ ...told, what: 'the sink is refused' }), migration);
    expect(cause).toBe('sink-rejecting');
    expect(evidence).toEqual([
      '119 records of that time are in the topic',
      expect.stringContaining('timescaledb/redpanda-connect-1 logged 1 error, first at '),
    ]);
  });

  test('of a group that is behind give its offset', () => {
    const { cause, words } = attribute(evidenceOf({ ...told, what: 'the sink has not consumed' }), migration);
    expect(cause).toBe('sink-behind');
    expect(words).toContain('group timescaledb-energy (Stable) has committed offset 1000, which is before them');
  });

  test('without any trace of the sink leave open whether rows were stored at all', () => {
    const state = evidenceOf({ ...told, what: 'the sink restarts without an offset' });
    const without = { ...state, workloads: seen(...workloads()) };
    expect(attribute(without, migration).cause).toBe('not-stored');
  });

  test('take the old system for a witness: what it heard, the bridge lost', () => {
    const state = evidenceOf(told);
    const topics = state.topics.seen.map((span) =>
      span.topic === 'energy-realtime' ? { ...span, partitions: offsets(20) } : span,
    );
    const { cause, words } = attribute({ ...state, topics: seen(...topics) }, migration);
    expect(cause).toBe('bridge-lost');
    expect(words).toContain('the old topic energy-realtime has 20 records of that time');
  });

  test('do not name a sensor when every stream of the bridge paused', () => {
    const state = evidenceOf({ ...told, from: 20_000, seconds: 10_000 });
    const topics = state.topics.seen.map((span) => ({ ...span, partitions: offsets(0) }));
    expect(attribute({ ...state, topics: seen(...topics) }, migration)).toMatchObject({
      cause: 'unknown',
      words: expect.stringContaining('paused as well: what they share was away'),
    });
  });

  test('do not blame what is down now for a gap that has ended', () => {
    const state = evidenceOf({ ...told, what: 'the sink restarts without an offset' });
    const gone = workloads((ref) => ref.name === 'redpanda-connect' && { ...ref, pods: [] });
    expect(attribute({ ...state, workloads: seen(...gone) }, migration).cause).toBe('not-stored');
    expect(attribute({ ...state, open: true, workloads: seen(...gone) }, migration).cause).toBe('sink-down');
  });

  test('an error of another stream is not this one’s', () => {
    const state = evidenceOf({ ...told, what: 'the sink is refused' });
    const logs = state.logs.seen.map((log) => ({
      ...log,
      errors: log.errors.map((entry) => ({ ...entry, line: 'level=error msg="pq: x" stream=heatpump' })),
    }));
    expect(attribute({ ...state, logs: seen(...logs) }, migration).cause).toBe('not-stored');
  });
});

/** What the suite would see of a story afterwards. */
function evidenceOf({ stream, from, seconds, what, hidden }: Story): GapEvidence {
  const config = migration.new.streams[stream];
  if (config === undefined) throw new Error(`no stream ${stream}`);
  const gap = { from: ago(from), to: ago(from - seconds) };
  const hides = (thing: Story['hidden'][number]) => hidden.includes(thing);
  const stored = stories[what] === 'sink';
  const shared = !stored && what !== 'the sensor is silent' && what !== 'the bridge cannot map what comes';
  const due = (every: number) => Math.floor((seconds - 2 * edgeSeconds(config)) / every);
  const span = (topic: string, records: number): TopicSpan => ({
    topic,
    ...gap,
    exists: true,
    foundInstead: [],
    reachesBack: !(hides('topic') && topic === config.topic),
    partitions: offsets(records),
  });
  const topics = Object.entries(migration.new.streams).map(([name, other]) => {
    if (name === stream) return span(other.topic, stored ? Math.max(1, due(config.storedEvery)) : 0);
    return span(other.topic, shared ? 0 : due(other.storedEvery));
  });
  const old = config.oldTopic === undefined || hides('old topic') ? [] : [span(config.oldTopic, 0)];

  const on = hopWorkloads(config, migration);
  const down =
    { 'the MQTT broker restarts': on.mqtt, 'the bridge restarts': on.bridge, 'the broker is away': on.kafka }[
      what as string
    ] ?? (what === 'the sink restarts without an offset' ? on.sink : []);
  const broken = { at: ago(from - 60), startedAt: ago(from - seconds + 5) };
  const states = workloads(
    (state) =>
      down.some(({ namespace, name }) => namespace === state.namespace && name === state.name) &&
      restarted(state, broken),
  );

  const bridgeError = {
    'the broker is away': 'Failed to send message to kafka: kafka: client has run out of available brokers',
    'the MQTT broker restarts': 'Connection lost due to: EOF',
    'the bridge cannot map what comes': 'failed assignment (line 3): expected number value, got null',
  }[what as string];
  const logs = [
    log(on.bridge[0], bridgeError === undefined ? undefined : [ago(from - 30), bridgeError, config.bridge.stream]),
    log(
      on.sink[0],
      what === 'the sink is refused' ? [ago(from - 30), 'pq: NULL value in column', config.sink.stream] : undefined,
    ),
  ];

  const committedOffset = what === 'the sink has not consumed' ? 1000 : 9000;
  const consumer = group(config.group, [config.topic]);
  const partitions = consumer.partitions.map((partition) => ({ ...partition, committedOffset }));
  return {
    stream,
    ...gap,
    open: false,
    topics: seen(...topics, ...old),
    groups: hides('groups') ? unseen('the group') : seen({ ...consumer, partitions }),
    workloads: hides('workloads') ? unseen('the API server') : seen(...states),
    logs: hides('logs') ? unseen('the log') : seen(...logs),
  };
}

function offsets(records: number): TopicSpan['partitions'] {
  return [{ partition: 0, lowOffset: 0, fromOffset: 1000, toOffset: 1000 + records }];
}

/** All workloads of the new system, some of them changed. */
function workloads(change: (state: WorkloadState) => WorkloadState | false = () => false): WorkloadState[] {
  return migration.new.workloads.map((ref) => {
    const one = pod({ namespace: ref.namespace, name: `${ref.name}-1`, createdAt: ago(30 * 86_400) });
    const state = workload({ ...ref, createdAt: ago(60 * 86_400), pods: [one] });
    return change(state) || state;
  });
}

function restarted(state: WorkloadState, { at, startedAt }: { at: string; startedAt: string }): WorkloadState {
  const lastTermination = { reason: 'Error', exitCode: 1, finishedAt: at };
  const [first] = state.pods;
  return {
    ...state,
    pods: first ? [{ ...first, containers: [container({ restartCount: 1, startedAt, lastTermination })] }] : [],
  };
}

function log(
  ref: { namespace: string; name: string } | undefined,
  error: readonly [at: string, message: string, stream: string] | undefined,
): ContainerLog {
  const [at = '', message = '', stream = ''] = error ?? [];
  const entry = { at, level: 'error', message, line: `level=error msg="${message}" stream=${stream}` } as const;
  return {
    namespace: ref?.namespace ?? '',
    pod: `${ref?.name}-1`,
    container: 'main',
    previous: false,
    windowStart: ago(7 * 86_400),
    reachesBack: true,
    lineCount: 1,
    errors: error === undefined ? [] : [entry],
    errorCount: error === undefined ? 0 : 1,
  };
}
