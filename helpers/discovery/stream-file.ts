import { parse } from 'yaml';
import { z } from 'zod';
import { argumentPaths, constantMembers } from './bloblang.ts';
import { type Environment, interpolate, plainText } from './environment.ts';
import { type Fact, followed, known, unknown } from './fact.ts';
import { readInsert } from './insert.ts';

/** One stream of Redpanda Connect, as far as its file could be read. */
export interface StreamReading {
  readonly from: MqttSource | KafkaSource | OtherEnd;
  readonly to: KafkaSink | SqlSink | OtherEnd;
  /** Members that its mappings set to a text that is always the same, by their paths. */
  readonly constants: ReadonlyMap<string, string>;
}

interface MqttSource {
  readonly kind: 'mqtt';
  readonly urls: Fact<readonly string[]>;
  readonly topics: Fact<readonly string[]>;
}

interface KafkaSource {
  readonly kind: 'kafka';
  readonly addresses: Fact<readonly string[]>;
  readonly topics: Fact<readonly string[]>;
  readonly group: Fact<string>;
}

interface KafkaSink {
  readonly kind: 'kafka';
  readonly addresses: Fact<readonly string[]>;
  readonly topic: Fact<string>;
}

interface SqlSink {
  readonly kind: 'sql';
  readonly place: Fact<DatabasePlace>;
  readonly rows: Fact<RowsWritten>;
}

/** From a DSN, whose user and password are not kept. */
export interface DatabasePlace {
  readonly host: string;
  readonly port: number;
  readonly database: string;
}

export interface RowsWritten {
  readonly table: string;
  /** `path` is the member of the message that it is filled from; undefined where it is computed. */
  readonly columns: readonly { readonly column: string; readonly path: string | undefined }[];
  /** The column by which a row that is there already is updated. */
  readonly updatesBy?: string;
}

/** An end that is not read, and what it is. */
interface OtherEnd {
  readonly kind: 'other';
  readonly what: string;
}

const texts = z.union([
  z.array(z.string()),
  z.string().transform((text) => text.split(',').map((part) => part.trim())),
]);
const component = z.record(z.string(), z.unknown());
const file = z.object({
  input: component,
  output: component,
  pipeline: z
    .object({ processors: z.array(component) })
    .partial()
    .optional(),
});

const mqtt = z.object({ urls: texts, topics: texts });
const kafkaInput = z.object({
  addresses: texts.optional(),
  seed_brokers: texts.optional(),
  topics: texts,
  regexp_topics: z.boolean().default(false),
  consumer_group: z.string().default(''),
});
const kafkaOutput = z.object({ addresses: texts.optional(), seed_brokers: texts.optional(), topic: z.string() });
const sqlInsert = z.object({
  dsn: z.string(),
  table: z.string(),
  columns: z.array(z.string()),
  args_mapping: z.string(),
});
const sqlRaw = z.object({ dsn: z.string(), query: z.string(), args_mapping: z.string().default('') });

/** The components that speak Kafka: by sarama, by franz-go, and the one that Redpanda recommends. */
const kafkaNames = ['kafka', 'kafka_franz', 'redpanda'] as const;

/**
 * Reads a stream file, or the one config of `run`, in YAML or JSON. Undefined when it is no pipeline at all (no input and
 * output). An end that is not understood is `other`, a value that depends on what is not known is unknown.
 *
 * @param env the container's variables, for `${NAME}`
 */
export function readStreamFile(text: string, env: Environment): StreamReading | undefined {
  const data = parsed(interpolate(text, env));
  const pipeline = file.safeParse(data);
  if (!pipeline.success) return undefined;
  const { input, output, pipeline: { processors = [] } = {} } = pipeline.data;
  const mappings = processors.flatMap(({ mapping, bloblang, mutation }) => mapping ?? bloblang ?? mutation ?? []);
  const constants = mappings.flatMap((mapping) => (typeof mapping === 'string' ? [...constantMembers(mapping)] : []));
  return { from: source(input, env), to: sink(output, env), constants: new Map(constants) };
}

function parsed(text: string): unknown {
  try {
    return parse(text, { logLevel: 'silent' });
  } catch {
    return undefined;
  }
}

function source(input: z.output<typeof component>, env: Environment): StreamReading['from'] {
  const asMqtt = mqtt.safeParse(input.mqtt);
  if (asMqtt.success) {
    const { urls, topics } = asMqtt.data;
    return { kind: 'mqtt', urls: all(urls, env), topics: all(topics, env) };
  }
  for (const name of kafkaNames) {
    const asKafka = kafkaInput.safeParse(input[name]);
    if (!asKafka.success) continue;
    const { topics, regexp_topics: byPattern, consumer_group: group } = asKafka.data;
    return {
      kind: 'kafka',
      addresses: addresses(asKafka.data, env),
      topics: byPattern
        ? unknown(`its topics are told by a pattern: ${topics.join(', ')}`)
        : // A topic may name partitions: `topic:0-3`.
          followed(all(topics, env), (names) => known(names.map((topic) => topic.replace(/:[\d,-]+$/, '')))),
      group: plainText(group, env),
    };
  }
  return other('input', input);
}

function sink(output: z.output<typeof component>, env: Environment): StreamReading['to'] {
  for (const name of kafkaNames) {
    const asKafka = kafkaOutput.safeParse(output[name]);
    if (!asKafka.success) continue;
    return { kind: 'kafka', addresses: addresses(asKafka.data, env), topic: plainText(asKafka.data.topic, env) };
  }
  const asInsert = sqlInsert.safeParse(output.sql_insert);
  if (asInsert.success) {
    const { dsn, table, columns, args_mapping: mapping } = asInsert.data;
    const paths = argumentPaths(mapping) ?? [];
    const written = columns.map((column, index) => ({ column, path: paths[index] }));
    const rows = followed(plainText(table, env), (name): Fact<RowsWritten> => known({ table: name, columns: written }));
    return { kind: 'sql', place: databasePlace(dsn, env), rows };
  }
  const asRaw = sqlRaw.safeParse(output.sql_raw);
  if (asRaw.success) {
    const { dsn, query, args_mapping: mapping } = asRaw.data;
    return { kind: 'sql', place: databasePlace(dsn, env), rows: rowsOf(query, mapping, env) };
  }
  const inner = wrapped(output);
  return inner === undefined ? other('output', output) : sink(inner, env);
}

/** What tries again, or falls back to another place when all fails: where it should go is its first output. */
function wrapped(output: z.output<typeof component>): z.output<typeof component> | undefined {
  const { retry, drop_on: dropOn, fallback } = output as Record<string, { output?: unknown } | unknown[] | undefined>;
  const [first] = Array.isArray(fallback) ? fallback : [];
  const inner = component.safeParse(
    first ?? [retry, dropOn].flatMap((each) => (each && 'output' in each ? [each.output] : []))[0],
  );
  return inner.success ? inner.data : undefined;
}

function rowsOf(query: string, mapping: string, env: Environment): Fact<RowsWritten> {
  return followed(plainText(query, env), (text) => {
    const insert = readInsert(text);
    if (insert === undefined) return unknown('its query is no plain INSERT');
    const paths = argumentPaths(mapping) ?? [];
    const columns = insert.columns.map(({ column, argument }) => ({
      column,
      path: argument === undefined ? undefined : paths[argument],
    }));
    const { table, updatesBy } = insert;
    return known({ table, columns, ...(updatesBy === undefined ? {} : { updatesBy }) });
  });
}

/** `postgres://user:password@host:port/database`: user and password may be held in a Secret, the rest has to be known. */
function databasePlace(dsn: string, env: Environment): Fact<DatabasePlace> {
  const [, place] = /^postgres(?:ql)?:\/\/(?:[^@/]*@)?(.*)$/s.exec(dsn) ?? [];
  if (place === undefined) return followed(plainText(dsn, env), () => unknown('its dsn is no postgres:// address'));
  return followed(plainText(place, env), (text) => {
    const [, host, port, database] = /^([\w.-]+)(?::(\d+))?\/([^?]+)/.exec(text) ?? [];
    if (host === undefined || database === undefined) return unknown('its dsn names no host or no database');
    return known({ host, port: Number(port ?? 5432), database });
  });
}

function addresses(
  { addresses: given, seed_brokers: seeds }: { addresses?: string[] | undefined; seed_brokers?: string[] | undefined },
  env: Environment,
): Fact<readonly string[]> {
  return all(given ?? seeds ?? [], env);
}

function all(items: readonly string[], env: Environment): Fact<readonly string[]> {
  const values: string[] = [];
  for (const item of items) {
    const fact = plainText(item, env);
    if ('unknown' in fact) return fact;
    // A variable may hold a list itself.
    values.push(...fact.known.split(',').map((part) => part.trim()));
  }
  return values.length === 0 ? unknown('none is named') : known(values);
}

function other(end: string, config: z.output<typeof component>): OtherEnd {
  const names = Object.keys(config).filter((name) => name !== 'label' && name !== 'processors');
  return { kind: 'other', what: `${end} ${names.join(', ') || 'of no kind'}` };
}
