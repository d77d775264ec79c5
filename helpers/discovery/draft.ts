import type { ServiceRef } from '../config/schema.ts';
import { duration } from '../time-words.ts';
import { type Fact, factValue } from './fact.ts';
import { usualPort } from './instances.ts';
import { guess, type Marked, placeholder } from './marked.ts';
import type { BrokerMeasure, DatabaseMeasure, OldTable, RowsMeasure } from './measure.ts';
import { draftOldStreams, type NewSettings, type NewStream } from './old-streams.ts';
import { durationText, freshnessSeconds } from './pace.ts';
import { workloadBehind } from './places.ts';
import type { Beside, FoundKustomization, FoundWorkload, Stack } from './stack.ts';
import { pathOf, storedRows } from './stored-rows.ts';
import { databaseOf, type FoundDatabase, type LinkedStream, type Systems } from './systems.ts';

/** All that was found out, from which a migration.yaml is written. */
export interface Discovery {
  readonly stack: Stack;
  readonly systems: Systems;
  readonly beside: readonly Beside[];
  /** Undefined when there is no Flux, or it may not be seen. */
  readonly kustomizations: readonly FoundKustomization[] | undefined;
  readonly broker: Fact<BrokerMeasure>;
  /** Of the old database. */
  readonly oldTables: Fact<readonly OldTable[]>;
  /** By the name that migration.yaml has for it. */
  readonly databases: ReadonlyMap<string, Fact<DatabaseMeasure>>;
}

/** The target that the file is written for. */
export interface DraftTarget {
  readonly context: string;
  readonly kubeconfig?: string;
}

/** A part of the file: plain data in which what is not certain is marked. */
export type Draft = { readonly [key: string]: unknown };

/** The usual names for what was not found; a placeholder must not look like a name. */
const nameless = 'UNKNOWN';
const namelessObject = 'unknown';
const nowhere = { namespace: namelessObject, service: namelessObject };

export const oldCredentials = 'old';
const mqttCredentials = 'mqtt';

/** The migration as data. What is certain stands as it is, all else is marked; nothing is made up. */
export function draftMigration(discovery: Discovery, target: DraftTarget): Draft {
  const { systems } = discovery;
  return {
    target: 'live',
    targets: { live: { kind: 'live', ...target } },
    ledger: { directory: 'ledger' },
    plan: { option: guess('A', 'the plan’s recommendation'), parallelDays: 7, observationDays: 7 },
    run: {
      window: '1h',
      readingsApart: '3s',
      deadline: '60s',
      connectDeadline: '5s',
      watch: '15m',
      futureTolerance: '1m',
    },
    credentials: draftCredentials(discovery),
    new: {
      workloads: newWorkloads(discovery),
      mqtt: { ...place(systems.mqtt, 1883, 'the MQTT broker'), credentials: mqttCredentials },
      kafka: place(systems.kafka, 9092, 'the Kafka broker'),
      databases:
        systems.databases.length === 0
          ? { [nameless]: noDatabase }
          : Object.fromEntries(systems.databases.map((each) => [each.name, draftDatabase(each, discovery)])),
      connect: Object.fromEntries(
        systems.instances.map(({ name, workload, port, mode, streams }) => {
          const ids = streams.map(({ id }) => id);
          return [
            name,
            {
              kind: workload.kind,
              namespace: workload.namespace,
              name: workload.name,
              port: port ?? guess(usualPort, 'no port of the container says so: the program’s own default'),
              streams: mode === 'streams' ? ids : guess(ids, 'one pipeline (run) has no name: that of its file'),
            },
          ];
        }),
      ),
      hypertables: hypertables(discovery),
      streams: Object.fromEntries(systems.streams.map((stream) => [stream.name, draftStream(stream, discovery)])),
      settings: draftSettings(discovery),
    },
    limits: {
      duplicateShare: guess(0.001, 'usual'),
      rate: guess(0.3, 'usual: deviation of rows or records from what is expected'),
      memoryDays: guess(14, 'usual: used up sooner than that is told'),
      diskDays: guess(30, 'usual: used up sooner than that is told'),
    },
    logs: { budgetPerDay: guess(10, 'usual: entries of level error that a day may bring'), allow: [] },
    old: draftOld(discovery),
    gitops: draftGitops(discovery),
    backup: {
      directory: 'backups',
      maxAge: guess('24h', 'usual'),
      tables: backupTables(discovery),
      cronJobs: [],
    },
    maintenance: [],
    waivers: {},
    gating: {},
  };
}

/** Credentials by their names: for a Secret that looks made for reading, else for one that has to be made. */
export function draftCredentials({ systems, beside }: Pick<Discovery, 'systems' | 'beside'>): Draft {
  const { mqtt, databases, old } = systems;
  return {
    [mqttCredentials]: credential(mqttCredentials, factValue(mqtt), beside),
    ...(databases.length === 0 ? { [nameless]: credential(nameless, undefined, beside) } : {}),
    ...Object.fromEntries(databases.map(({ name, service }) => [name, credential(name, factValue(service), beside)])),
    [oldCredentials]: credential(oldCredentials, old.database?.service, beside),
  };
}

function credential(name: string, service: ServiceRef | undefined, beside: readonly Beside[]): Draft {
  const prefix = `VERIFY_${name.replaceAll(/\W/g, '_').toUpperCase()}`;
  const env = { username: `${prefix}_USERNAME`, password: `${prefix}_PASSWORD` };
  if (service === undefined) return { env };
  const { namespace } = service;
  const names = beside.find((each) => each.namespace === namespace)?.secrets;
  const readers = (names ?? []).filter((secret) => /verif|read-?only|reader|monitor/i.test(secret));
  // One namespace may hold the readers of several: the one that is named like the Service, or the only one there is.
  const found =
    readers.find((secret) => secret.includes(service.service)) ?? (readers.length === 1 ? readers[0] : undefined);
  const own = `${service.service}-verifier`;
  const secret =
    found !== undefined
      ? guess(found, 'by its name; its keys are not looked at')
      : placeholder(
          own,
          names === undefined
            ? 'Secrets could not be listed: name one that holds a read-only user'
            : 'no Secret looks made for it: make one with a read-only user',
        );
  return { secret: { namespace, name: secret, username: 'username', password: 'password' }, env };
}

function place(found: Fact<ServiceRef>, port: number, what: string): Draft {
  if ('known' in found) return { ...found.known };
  return { ...nowhere, namespace: placeholder(nowhere.namespace, `${what}: ${found.unknown}`), port };
}

function newWorkloads({ stack, systems }: Discovery): unknown[] {
  const { mqtt, kafka, databases, instances } = systems;
  const services = [mqtt, kafka, ...databases.map(({ service }) => service)].flatMap((fact) => factValue(fact) ?? []);
  const behind = services.flatMap((service) => workloadBehind(service, stack) ?? []);
  return [...new Set([...behind, ...instances.map(({ workload }) => workload)])].map(workloadRef);
}

function workloadRef({ kind, namespace, name, replicas }: FoundWorkload): Draft {
  return { kind, namespace, name, replicas };
}

function draftDatabase(database: FoundDatabase, { beside, databases }: Discovery): Draft {
  const { name } = database;
  const service = factValue(database.service);
  const files = beside.find(({ namespace }) => namespace === service?.namespace)?.migrations ?? [];
  const [file] = files;
  const applied = factValue(databases.get(name))?.migrations ?? [];
  return {
    ...place(database.service, database.port, `the host ${database.host} of a sink's dsn`),
    database: database.database,
    credentials: name,
    migrations:
      file !== undefined
        ? guess(file.versions, `the files of ConfigMap ${file.configMap}`)
        : applied.length > 0
          ? guess(applied, 'what schema_migrations holds now')
          : placeholder([1], 'neither a ConfigMap with NNN_name.sql nor schema_migrations was seen'),
    migrationJob:
      file?.app === undefined
        ? placeholder(`${service?.service ?? namelessObject}-migration`, 'the name of the Job that applies them')
        : guess(file.app, `the app label of ConfigMap ${file.configMap}`),
  };
}

/** What hypertables and settings refer to where no sink was made out. */
const noDatabase: Draft = {
  ...nowhere,
  namespace: placeholder(nowhere.namespace, 'no sink was found that writes to a database'),
  port: 5432,
  database: nameless,
  credentials: nameless,
  migrations: [1],
  migrationJob: namelessObject,
};

function hypertables({ systems, databases }: Discovery): unknown[] {
  const tables = new Map(
    systems.streams.map((stream) => [`${databaseOf(stream.sink, systems)}/${stream.sink.rows.table}`, stream]),
  );
  const drafts = [...tables.values()].map((stream) => {
    const database = databaseOf(stream.sink, systems);
    const { table } = stream.sink.rows;
    const fact = databases.get(database);
    const measure = factValue(fact)?.tables.get(table);
    const why = fact !== undefined && 'unknown' in fact ? fact.unknown : 'it has none now';
    return {
      database,
      table,
      timeColumn: measure?.timeColumn ?? timeColumn(stream, systems.streams),
      retention:
        measure?.retentionSeconds === undefined
          ? placeholder('90d', `the age of its retention policy: ${why}`)
          : guess(durationText(measure.retentionSeconds), 'its policy now: is it the one that is meant?'),
    };
  });
  if (drafts.length > 0) return drafts;
  const [database] = systems.databases;
  return [
    {
      database: placeholder(database?.name ?? nameless, 'no stream was found that stores rows'),
      table: nameless,
      timeColumn: 'time',
      retention: '90d',
    },
  ];
}

function timeColumn(stream: LinkedStream, all: readonly LinkedStream[]): string | Marked {
  const { time } = storedRows(stream, all);
  return 'known' in time
    ? guess(time.known, 'the sink fills it from the message’s time')
    : placeholder('time', time.unknown);
}

function draftStream(stream: LinkedStream, discovery: Discovery): Draft {
  const { broker } = discovery;
  const { mqttTopics, topic, bridge, sink } = stream;
  const pace = factValue(broker)?.paces.get(topic);
  const unseen = 'unknown' in broker ? broker.unknown : pace && 'unknown' in pace ? pace.unknown : 'it was not seen';
  const seen = factValue(pace);
  const [mqttTopic, ...others] = mqttTopics;
  return {
    mqttTopic: others.length === 0 ? mqttTopic : guess(mqttTopic, `it reads ${others.join(', ')} too`),
    topic,
    group: 'known' in sink.group ? sink.group.known : placeholder(nameless, sink.group.unknown),
    every:
      seen === undefined
        ? placeholder('1m', `how often it reports: ${unseen}`)
        : guess(durationText(seen.everySeconds), `the median of its ${seen.records} newest records`),
    freshness:
      seen === undefined
        ? placeholder('5m', `how old its newest record may be: ${unseen}`)
        : guess(
            durationText(freshnessSeconds(seen)),
            `four times the longest gap of these records (${duration(seen.longestGapSeconds)}), 5 min at least`,
          ),
    maxLag: guess(1000, 'usual'),
    bridge,
    sink: { instance: sink.instance, stream: sink.stream },
    rows: draftRows(stream, discovery),
  };
}

function draftRows(stream: LinkedStream, { systems, databases }: Discovery): Draft {
  const all = systems.streams;
  const name = databaseOf(stream.sink, systems);
  const database = databases.get(name);
  const rows = storedRows(stream, all);
  const time = factValue(database)?.tables.get(rows.table)?.timeColumn ?? timeColumn(stream, all);
  const measured = factValue(database)?.rows.get(stream.name);
  return {
    database: name,
    table: rows.table,
    time,
    device:
      'known' in rows.device
        ? guess(rows.device.known, `the sink fills it from ${pathOf(stream.sink, rows.device.known)}`)
        : placeholder(nameless, rows.device.unknown),
    where:
      'known' in rows.where
        ? Object.keys(rows.where.known).length === 0
          ? {}
          : guess(rows.where.known, 'the bridge sets it, and another value for the table’s other streams')
        : placeholder({}, rows.where.unknown),
    columns: draftColumns(rows.columns, measured, database),
  };
}

/** A column that some of a day's rows fill; its range is for somebody to say who knows what it means. */
function draftColumns(
  columns: readonly string[],
  measured: Fact<RowsMeasure> | undefined,
  database: Fact<DatabaseMeasure> | undefined,
): unknown {
  const rows = factValue(measured);
  if (rows === undefined || rows.rowCount === 0) {
    const [fact] = [measured, database].filter((each) => each !== undefined && 'unknown' in each);
    const why = fact !== undefined && 'unknown' in fact ? fact.unknown : 'no row of the last day was seen';
    const all = Object.fromEntries(columns.map((column) => [column, {}]));
    return placeholder(all, `which of these columns are filled: ${why}`);
  }
  const filled = rows.columns.filter(({ nullCount }) => nullCount < rows.rowCount);
  return Object.fromEntries(
    filled.map(({ column, min, max }) => [
      column,
      guess(
        {},
        min === undefined ? 'filled within a day' : `was ${min} to ${max} within a day; a range would be { min, max }`,
      ),
    ]),
  );
}

function draftSettings({ systems }: Discovery): Draft {
  const { settings } = systems;
  const [instance] = systems.instances;
  if (settings === undefined) {
    const [database] = systems.databases;
    return {
      topic: placeholder(nameless, 'no sink was found that updates rows (INSERT … ON CONFLICT … DO UPDATE)'),
      group: nameless,
      maxLag: 1000,
      sink: { instance: instance?.name ?? nameless, stream: instance?.streams[0]?.id ?? nameless },
      database: database?.name ?? nameless,
      table: nameless,
      device: nameless,
      deviceTag: nameless,
      fields: {},
    };
  }
  const { rows, group, topics } = settings;
  const device = rows.updatesBy ?? nameless;
  const path = pathOf(settings, device);
  const [topic, ...others] = topics;
  const fields = rows.columns.filter(({ column, path: from }) => column !== device && from !== undefined);
  return {
    topic: others.length === 0 ? topic : guess(topic, `it reads ${others.join(', ')} too`),
    group: 'known' in group ? group.known : placeholder(nameless, group.unknown),
    maxLag: guess(1000, 'usual'),
    sink: { instance: settings.instance, stream: settings.stream },
    database: databaseOf(settings, systems),
    table: rows.table,
    device,
    deviceTag: path?.startsWith('tags.')
      ? path.slice('tags.'.length)
      : placeholder(
          nameless,
          `the member of the record's tags that names the device; ${device} comes from ${path ?? 'elsewhere'}`,
        ),
    fields: Object.fromEntries(fields.map(({ column, path: from }) => [column, from])),
  };
}

function backupTables({ oldTables }: Discovery): Marked {
  const tables = factValue(oldTables) ?? [];
  if (tables.length > 0)
    return guess(
      tables.map(({ table }) => table),
      'the tables of the old database',
    );
  const plans = ['heatpump', 'energy', 'telemetry', 'heatpump_settings'];
  return guess(plans, 'the plan’s: name the tables of the old database');
}

/** What of the new system tells which old table is which. */
function newStreams({ systems, databases }: Discovery): NewStream[] {
  return systems.streams.map((stream) => {
    const { table, columns } = storedRows(stream, systems.streams);
    const types = factValue(databases.get(databaseOf(stream.sink, systems)))?.tables.get(table)?.types;
    return {
      name: stream.name,
      topic: stream.topic,
      table,
      columns: new Map(columns.map((column) => [column, types?.get(column)])),
    };
  });
}

function newSettings({ settings }: Systems): NewSettings | undefined {
  const device = settings?.rows.updatesBy;
  if (settings === undefined || device === undefined) return undefined;
  const filled = settings.rows.columns.filter(({ column, path }) => column !== device && path !== undefined);
  return { device, columns: filled.map(({ column }) => column) };
}

function oldStreams(discovery: Discovery, topics: readonly string[]): Draft {
  const { oldTables, systems } = discovery;
  if ('unknown' in oldTables) return { streams: placeholder({}, `what the old system keeps: ${oldTables.unknown}`) };
  const { streams, settings } = draftOldStreams(oldTables.known, topics, newStreams(discovery), newSettings(systems));
  return { streams, ...(settings === undefined ? {} : { settings }) };
}

function draftOld(discovery: Discovery): Draft {
  const { systems, broker } = discovery;
  const { old } = systems;
  const { topics, groups } = factValue(broker) ?? {};
  const ofNew = [...systems.streams.map(({ topic }) => topic), ...(systems.settings?.topics ?? [])];
  const there = (names: readonly string[] | undefined) => (name: string) => names === undefined || names.includes(name);
  const mentioned = (mentions: typeof old.topics, names: readonly string[] | undefined) =>
    mentions
      .filter(({ name }) => !ofNew.includes(name) && there(names)(name))
      .map(({ name, why }) => guess(name, names === undefined ? why : `${why}, and the broker has it`));
  const dataNamespace = old.dataNamespace;
  const namespaces = [...new Set(old.workloads.map(({ workload }) => workload.namespace))];
  const oldTopics = mentioned(old.topics, topics);
  return {
    workloads: old.workloads.map(({ workload, why }) => guess(workloadRef(workload), why)),
    namespaces: namespaces
      .filter((namespace) => namespace !== dataNamespace)
      .map((namespace) => guess(namespace, 'an old workload runs in it')),
    dataNamespaces: dataNamespace === undefined ? [] : [guess(dataNamespace, 'the old database runs in it')],
    topics: oldTopics,
    groups: mentioned(old.groups, groups),
    database: oldDatabase(old.database),
    ...oldStreams(
      discovery,
      oldTopics.map(({ value }) => String(value)),
    ),
  };
}

function oldDatabase(found: Systems['old']['database']): Draft {
  if (found === undefined) {
    return {
      ...nowhere,
      namespace: placeholder(namelessObject, 'no old program names a database of its own'),
      port: 5432,
      database: nameless,
      credentials: oldCredentials,
    };
  }
  const { service, database, why } = found;
  return {
    namespace: guess(service.namespace, why),
    service: service.service,
    port: service.port,
    database: database ?? placeholder(nameless, 'no variable beside it names the database'),
    credentials: oldCredentials,
  };
}

function draftGitops({ systems, kustomizations }: Discovery): Draft {
  const old = systems.old.workloads
    .map(({ workload }) => workload.namespace)
    .filter((namespace) => namespace !== systems.old.dataNamespace);
  const isOld = (name: string, path: string) => old.includes(name) || old.includes(path.replace(/^.*\//, ''));
  const matching = (kustomizations ?? []).filter(({ name, path }) => isOld(name, path));
  const [first] = matching.length > 0 ? matching : (kustomizations ?? []);
  const why = kustomizations === undefined ? 'no Flux was seen' : 'no Kustomization is named like an old namespace';
  return {
    namespace: first?.namespace ?? placeholder('flux-system', why),
    source: first === undefined ? 'flux-system' : first.source,
    kustomizations:
      matching.length === 0
        ? placeholder([], why)
        : matching.map(({ name }) => guess(name, 'named like an old namespace')),
  };
}
