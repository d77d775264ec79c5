import { parse } from 'yaml';
import { z } from 'zod';

const label = z.string().default('');

const mqttInput = z.object({
  urls: z.array(z.string()).min(1),
  client_id: z.string(),
  user: z.string().default(''),
  password: z.string().default(''),
  topics: z.array(z.string()).min(1),
  qos: z.union([z.literal(0), z.literal(1), z.literal(2)]).default(1),
  clean_session: z.boolean().default(true),
});

const kafkaOutput = z.object({
  addresses: z.array(z.string()).min(1),
  topic: z.string(),
  client_id: z.string().default('benthos'),
  compression: z.enum(['none', 'snappy', 'gzip']).default('none'),
});

const kafkaInput = z.object({
  addresses: z.array(z.string()).min(1),
  topics: z.array(z.string()).min(1),
  consumer_group: z.string(),
  client_id: z.string().default('benthos'),
  start_from_oldest: z.boolean().default(true),
});

const sqlInsert = z.object({ dsn: z.string(), table: z.string(), columns: z.array(z.string()).min(1) });
const sqlRaw = z.object({ dsn: z.string(), query: z.string() });

const bridgeFile = z.object({
  input: z.object({ label, mqtt: mqttInput }),
  output: z.object({ label, kafka: kafkaOutput }),
});
const sinkFile = z.object({
  input: z.object({ label, kafka: kafkaInput }),
  output: z.union([z.object({ label, sql_insert: sqlInsert }), z.object({ label, sql_raw: sqlRaw })]),
});

export type BridgeFile = z.output<typeof bridgeFile>;
export type SinkFile = z.output<typeof sinkFile>;

/** A stream's config, and the same as it was given, which is what the API answers. */
export interface StreamFile {
  readonly given: unknown;
  readonly config: BridgeFile | SinkFile;
}

/**
 * Reads a stream file in YAML or JSON, `${NAME}` and `${NAME:default}` taken from the environment. Throws an Error that
 * names what is missing: of Connect's many components the double has the four that the manifests use.
 */
export function readStreamFile(text: string, env: Readonly<Record<string, string>>): StreamFile {
  const given: unknown = parse(interpolate(text, env));
  const bridge = bridgeFile.safeParse(given);
  if (bridge.success) return { given, config: bridge.data };
  const sink = sinkFile.safeParse(given);
  if (sink.success) return { given, config: sink.data };
  throw new Error(`neither mqtt to kafka (${problem(bridge.error)}) nor kafka to sql (${problem(sink.error)})`);
}

/** `${! …}` is a function of the message and stays. */
function interpolate(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{(\w+)(?::([^}]*))?\}/g, (_, name: string, preset?: string) => env[name] || (preset ?? ''));
}

function problem({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join(', ');
}
