import type { ServiceRef } from '../config/schema.ts';
import { type Fact, factValue, followed, unknown } from './fact.ts';
import { type FoundInstance, type FoundStream, findInstances } from './instances.ts';
import { findOldSystem, type OldSystem } from './old-system.ts';
import { serviceAt } from './places.ts';
import type { FoundWorkload, Stack } from './stack.ts';
import type { DatabasePlace, RowsWritten } from './stream-file.ts';

/** Both systems, as far as the workloads and their stream files tell. */
export interface Systems {
  readonly instances: readonly NamedInstance[];
  readonly mqtt: Fact<ServiceRef>;
  readonly kafka: Fact<ServiceRef>;
  readonly databases: readonly FoundDatabase[];
  readonly streams: readonly LinkedStream[];
  readonly settings: LinkedSink | undefined;
  readonly old: OldSystem;
  /** What was found and has no place in a migration.yaml, in words. */
  readonly left: readonly string[];
}

interface NamedInstance extends FoundInstance {
  /** As migration.yaml names it. */
  readonly name: string;
}

export interface FoundDatabase extends DatabasePlace {
  /** As migration.yaml names it. */
  readonly name: string;
  readonly service: Fact<ServiceRef>;
}

interface Ref {
  readonly instance: string;
  readonly stream: string;
}

/** From MQTT by a bridge to a topic, and by a sink to a table. */
export interface LinkedStream {
  readonly name: string;
  readonly mqttTopics: readonly string[];
  readonly topic: string;
  readonly bridge: Ref;
  readonly sink: LinkedSink;
  /** Members that the bridge sets to a text that is always the same. */
  readonly constants: ReadonlyMap<string, string>;
}

export interface LinkedSink extends Ref {
  readonly topics: readonly string[];
  readonly group: Fact<string>;
  /** As its namespace names it. */
  readonly database: DatabasePlace;
  readonly rows: RowsWritten;
}

interface Bridge extends Ref {
  readonly at: NamedInstance;
  readonly mqttTopics: readonly string[];
  readonly topic: string;
  readonly found: FoundStream;
}

interface Sink extends LinkedSink {
  readonly at: NamedInstance;
}

/**
 * Links what the stream files say: whatever comes from MQTT, goes to a topic, and from there to a table, is a stream of
 * the new system. Where two bridges read one MQTT topic the younger is the new one, a guess that migration.yaml marks.
 */
export function findSystems(stack: Stack): Systems {
  const { instances: all, unread } = findInstances(stack);
  const instances = named(all);
  const left: string[] = unread.map(({ workload, why }) => `${label(workload)} runs Redpanda Connect: ${why}`);
  const bridges: Bridge[] = [];
  const sinks: Sink[] = [];
  for (const at of instances) {
    for (const found of at.streams) {
      const link = linkOf(at, found);
      if ('why' in link) left.push(`stream ${found.id} of ${label(at.workload)}: ${link.why}`);
      else if ('mqttTopics' in link) bridges.push(link);
      else sinks.push(link);
    }
  }
  const { young, superseded } = byAge(bridges);
  const oldTopics = new Set(superseded.map(({ topic }) => topic));
  for (const { topic } of young) oldTopics.delete(topic);
  const isOldSink = ({ topics }: Sink) => topics.every((topic) => oldTopics.has(topic));
  const newSinks = sinks.filter((sink) => !isOldSink(sink));
  const streams: LinkedStream[] = [];
  for (const bridge of young) {
    const storing = newSinks.filter(
      ({ topics, rows }) => topics.includes(bridge.topic) && rows.updatesBy === undefined,
    );
    const [sink, ...others] = storing;
    if (sink === undefined)
      left.push(`topic ${bridge.topic} (${bridge.instance}, ${bridge.stream}): no sink inserts it`);
    else streams.push(streamOf(bridge, sink, bridges));
    for (const other of others) left.push(`topic ${bridge.topic} is stored a second time, by ${other.instance}`);
  }
  const [settings, ...upserts] = newSinks.filter(({ rows }) => rows.updatesBy !== undefined);
  for (const other of upserts) left.push(`stream ${other.stream} of ${other.instance} updates rows too`);
  const bridged = new Set(young.map(({ topic }) => topic));
  for (const { topics, instance, stream } of newSinks) {
    for (const topic of topics.filter((name) => !bridged.has(name))) {
      left.push(`topic ${topic} (${instance}, ${stream}): no bridge from MQTT writes it`);
    }
  }
  const used = new Set([...young, ...newSinks].map(({ at }) => at));
  const kept = instances.filter((instance) => used.has(instance));
  const { mqtt, kafka } = brokers(young, newSinks, stack);
  const databases = databasesOf(newSinks, stack);
  const oldSinks = sinks.filter(isOldSink);
  const old = findOldSystem(stack, {
    kafka: factValue(kafka),
    databases: databases.flatMap(({ service }) => factValue(service) ?? []),
    ofNew: kept.map(({ workload }) => workload),
    superseded: [...superseded, ...oldSinks].map(({ at }) => at.workload),
    topics: [...oldTopics],
    groups: oldSinks.flatMap(({ group }) => factValue(group) ?? []),
  });
  return { instances: kept, mqtt, kafka, databases, streams, settings, old, left };
}

function label({ kind, namespace, name }: FoundWorkload): string {
  return `${kind} ${namespace}/${name}`;
}

/** By its namespace, where it is alone in it. */
function named(instances: readonly FoundInstance[]): NamedInstance[] {
  return instances.map((instance) => {
    const { namespace, name } = instance.workload;
    const alone = instances.filter(({ workload }) => workload.namespace === namespace).length === 1;
    return { ...instance, name: alone ? namespace : `${namespace}-${name}` };
  });
}

function linkOf(at: NamedInstance, found: FoundStream): Bridge | Sink | { readonly why: string } {
  const { from, to } = found.reading;
  const ref = { at, instance: at.name, stream: found.id };
  if (from.kind === 'other' || to.kind === 'other') {
    const what = [from, to].flatMap((end) => (end.kind === 'other' ? [end.what] : []));
    return { why: `not understood: ${what.join(', ')}` };
  }
  if ('unknown' in from.topics) return { why: `its topics are not known: ${from.topics.unknown}` };
  if (from.kind === 'mqtt') {
    if (to.kind === 'sql') return { why: 'it stores what comes from MQTT without a topic between' };
    if ('unknown' in to.topic) return { why: `the topic it writes is not known: ${to.topic.unknown}` };
    return { ...ref, mqttTopics: from.topics.known, topic: to.topic.known, found };
  }
  if (to.kind === 'kafka') return { why: 'it copies from topic to topic' };
  if ('unknown' in to.place) return { why: `its database is not known: ${to.place.unknown}` };
  if ('unknown' in to.rows) return { why: `what it stores is not known: ${to.rows.unknown}` };
  return { ...ref, topics: from.topics.known, group: from.group, database: to.place.known, rows: to.rows.known };
}

/** Of the bridges that read one MQTT topic, those of the youngest workload. */
function byAge(bridges: readonly Bridge[]): { young: Bridge[]; superseded: Bridge[] } {
  const isSuperseded = (bridge: Bridge) =>
    bridges.some(
      (other) =>
        other.at.workload.createdAt > bridge.at.workload.createdAt &&
        other.topic !== bridge.topic &&
        other.mqttTopics.some((topic) => bridge.mqttTopics.includes(topic)),
    );
  return { young: bridges.filter((each) => !isSuperseded(each)), superseded: bridges.filter(isSuperseded) };
}

function streamOf(bridge: Bridge, sink: Sink, all: readonly Bridge[]): LinkedStream {
  const { instance, stream, mqttTopics, topic, found } = bridge;
  const alone = all.filter((other) => other.stream === stream).length === 1;
  return {
    name: alone ? stream : `${instance}-${stream}`,
    mqttTopics,
    topic,
    bridge: { instance, stream },
    sink,
    constants: found.reading.constants,
  };
}

function brokers(
  bridges: readonly Bridge[],
  sinks: readonly Sink[],
  { services }: Stack,
): { mqtt: Fact<ServiceRef>; kafka: Fact<ServiceRef> } {
  const first = (ends: readonly { at: NamedInstance; addresses: Fact<readonly string[]> }[], port: number) => {
    const places = ends.map(({ at, addresses }) =>
      followed(addresses, ([address = '']) => serviceAt(address, port, at.workload.namespace, services)),
    );
    return places.find((place) => 'known' in place) ?? places[0] ?? unknown('no stream names it');
  };
  const mqtt = bridges.flatMap(({ at, found: { reading } }) =>
    reading.from.kind === 'mqtt' ? [{ at, addresses: reading.from.urls }] : [],
  );
  const kafka = bridges.flatMap(({ at, found: { reading } }) =>
    reading.to.kind === 'kafka' ? [{ at, addresses: reading.to.addresses }] : [],
  );
  const ofSinks = sinks.flatMap(({ at, stream }) =>
    at.streams.flatMap(({ id, reading: { from } }) =>
      id === stream && from.kind === 'kafka' ? [{ at, addresses: from.addresses }] : [],
    ),
  );
  return { mqtt: first(mqtt, 1883), kafka: first([...kafka, ...ofSinks], 9092) };
}

function databasesOf(sinks: readonly Sink[], { services }: Stack): FoundDatabase[] {
  const found = sinks.map(({ database, at }) => {
    const service = serviceAt(`${database.host}:${database.port}`, database.port, at.workload.namespace, services);
    return { ...database, service };
  });
  const places = [...new Map(found.map((each) => [placeText(each), each])).values()];
  return places.map((place) => {
    const alone = places.filter(({ database }) => database === place.database).length === 1;
    return { ...place, name: alone ? place.database : `${place.database}-${place.host.split('.')[0]}` };
  });
}

/** What migration.yaml calls the database that a sink writes to. */
export function databaseOf({ database }: LinkedSink, { databases }: Pick<Systems, 'databases'>): string {
  return databases.find((each) => placeText(each) === placeText(database))?.name ?? database.database;
}

function placeText({ host, port, database }: DatabasePlace): string {
  return `${host}:${port}/${database}`;
}
