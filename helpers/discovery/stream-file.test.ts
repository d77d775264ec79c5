import { describe, expect, test } from 'vitest';
import type { Environment } from './environment.ts';
import { known, unknown } from './fact.ts';
import { readStreamFile } from './stream-file.ts';

const env: Environment = new Map([
  ['TOPIC', known('energy')],
  ['BROKERS', known('a:9092, b:9092')],
  ['EMPTY', known('')],
  ['PASSWORD', unknown('it is held in Secret s, which is not read')],
]);

/** As a file has it. */
const variable = (name: string) => `\${${name}}`;
const read = (text: string) => readStreamFile(text, env);
const kafkaOut = 'output: { kafka: { addresses: [r:9092], topic: t } }';
const mqttIn = 'input: { mqtt: { urls: [tcp://m:1883], topics: [a/b], client_id: c } }';

describe('what is no pipeline is not read', () => {
  test.each([
    ['no YAML', 'input: [}'],
    ['text', 'hello'],
    ['nothing', ''],
    ['resources', 'cache_resources: [{ label: x, memory: {} }]'],
    ['half of one', mqttIn],
    ['mosquitto’s configuration', 'listener 1883\nallow_anonymous false\n'],
  ])('%s', (_, text) => {
    expect(read(text)).toBeUndefined();
  });
});

describe('inputs', () => {
  test('mqtt', () => {
    expect(read(`${mqttIn}\n${kafkaOut}`)?.from).toEqual({
      kind: 'mqtt',
      urls: known(['tcp://m:1883']),
      topics: known(['a/b']),
    });
  });

  test.each([
    ['kafka', 'addresses'],
    ['kafka_franz', 'seed_brokers'],
    ['redpanda', 'seed_brokers'],
  ])('%s', (name, brokers) => {
    const input = `input: { ${name}: { ${brokers}: [r:9092], topics: [t, "u:0-3"], consumer_group: g } }`;
    expect(read(`${input}\n${kafkaOut}`)?.from).toEqual({
      kind: 'kafka',
      addresses: known(['r:9092']),
      topics: known(['t', 'u']),
      group: known('g'),
    });
  });

  test('topics by a pattern, and no group, are not known', () => {
    const from = read(
      `input: { redpanda: { seed_brokers: [r], topics: ["home.*"], regexp_topics: true } }\n${kafkaOut}`,
    )?.from;
    expect(from).toMatchObject({
      topics: { unknown: expect.stringContaining('home.*') },
      group: { unknown: expect.any(String) },
    });
  });

  test.each([
    ['generate: {}', 'input generate'],
    ['broker: { inputs: [] }', 'input broker'],
    ['mqtt: { topics: [a] }', 'input mqtt'],
  ])('%s is none that is understood', (input, what) => {
    expect(read(`input: { label: x, ${input} }\n${kafkaOut}`)?.from).toEqual({ kind: 'other', what });
  });
});

describe('outputs', () => {
  test.each([
    ['kafka', 'addresses'],
    ['kafka_franz', 'seed_brokers'],
    ['redpanda', 'seed_brokers'],
  ])('%s', (name, brokers) => {
    const output = `output: { ${name}: { ${brokers}: [r:9092], topic: t } }`;
    expect(read(`${mqttIn}\n${output}`)?.to).toEqual({
      kind: 'kafka',
      addresses: known(['r:9092']),
      topic: known('t'),
    });
  });

  test('a topic that each message computes is not known', () => {
    const output = `output: { kafka: { addresses: [r], topic: '${variable('! json("room") ')}' } }`;
    expect(read(`${mqttIn}\n${output}`)?.to).toMatchObject({
      topic: { unknown: expect.stringContaining('each message') },
    });
  });

  test('sql_insert: table and columns, each with the member that fills it', () => {
    const { to } = read(`
${mqttIn}
output:
  sql_insert:
    driver: postgres
    dsn: postgres://\${USER}:\${PASSWORD}@db.ns:5432/telemetry?sslmode=disable
    table: energy
    columns: [time, device, watts, twice]
    args_mapping: |
      root = [
        this.ts, # when
        this.tags.device_id,
        this.fields.watts.round().catch(null),
        this.fields.watts * 2
      ]
`) ?? { to: undefined };
    expect(to).toEqual({
      kind: 'sql',
      place: known({ host: 'db.ns', port: 5432, database: 'telemetry' }),
      rows: known({
        table: 'energy',
        columns: [
          { column: 'time', path: 'ts' },
          { column: 'device', path: 'tags.device_id' },
          { column: 'watts', path: 'fields.watts' },
          { column: 'twice', path: undefined },
        ],
      }),
    });
  });

  const raw = (query: string) => `
${mqttIn}
output:
  sql_raw:
    dsn: postgres://u:p@db/settings
    query: |
      ${query}
    args_mapping: root = [this.tags.device_id, this.d50]
`;

  test('sql_raw: an upsert says by which column', () => {
    const query =
      'insert into settings as s (device_id, target, updated_at) values ($1, $2, now()) on conflict (device_id) do update set target = $2';
    expect(read(raw(query))?.to).toEqual({
      kind: 'sql',
      place: known({ host: 'db', port: 5432, database: 'settings' }),
      rows: known({
        table: 'settings',
        updatesBy: 'device_id',
        columns: [
          { column: 'device_id', path: 'tags.device_id' },
          { column: 'target', path: 'd50' },
          { column: 'updated_at', path: undefined },
        ],
      }),
    });
  });

  test.each([
    'select store($1)',
    'insert into t values ($1)',
    'insert into t (a, b) values ($1)',
    'update t set a = $1',
  ])('sql_raw: %s is not made out', (query) => {
    expect(read(raw(query))?.to).toMatchObject({ rows: { unknown: expect.any(String) } });
  });

  test.each([
    ['retry: { output: { kafka: { addresses: [r], topic: t } } }'],
    ['fallback: [{ kafka: { addresses: [r], topic: t } }, { drop: {} }]'],
  ])('%s: where it should go', (output) => {
    expect(read(`${mqttIn}\noutput: { ${output} }`)?.to).toMatchObject({ topic: known('t') });
  });

  test.each(['switch: { cases: [] }', 'broker: { outputs: [] }', 'stdout: {}'])(
    '%s is none that is understood',
    (output) => {
      expect(read(`${mqttIn}\noutput: { ${output} }`)?.to).toMatchObject({ kind: 'other' });
    },
  );
});

describe('variables', () => {
  const topic = (text: string) => {
    const to = read(`${mqttIn}\noutput: { kafka: { addresses: ['\${BROKERS}'], topic: '${text}' } }`)?.to;
    return to?.kind === 'kafka' ? to.topic : undefined;
  };

  test('are replaced, with their defaults, and a list stays one', () => {
    expect(topic(variable('TOPIC'))).toEqual(known('energy'));
    expect(topic(`x-${variable('TOPIC')}-y`)).toEqual(known('x-energy-y'));
    expect(topic(variable('EMPTY:preset'))).toEqual(known('preset'));
    expect(topic(variable('NOWHERE:preset'))).toEqual(known('preset'));
    const to = read(`${mqttIn}\noutput: { kafka: { addresses: ['\${BROKERS}'], topic: t } }`)?.to;
    expect(to).toMatchObject({ addresses: known(['a:9092', 'b:9092']) });
  });

  test('that are set nowhere, or held in a Secret, leave a thing unknown and say so', () => {
    expect(topic(variable('NOWHERE'))).toEqual(unknown('variable NOWHERE is set nowhere'));
    expect(topic(`a${variable('PASSWORD')}`)).toEqual(unknown('it is held in Secret s, which is not read'));
  });

  test('a dsn that is held in a Secret as a whole is not known, and neither is one that names no host', () => {
    const place = (dsn: string) => {
      const text = `${mqttIn}\noutput: { sql_insert: { dsn: '${dsn}', table: t, columns: [a], args_mapping: 'root = [this.a]' } }`;
      const to = read(text)?.to;
      return to?.kind === 'sql' ? to.place : undefined;
    };
    expect(place(variable('PASSWORD'))).toEqual(unknown('it is held in Secret s, which is not read'));
    expect(place(`postgres://u:p@${variable('PASSWORD')}/x`)).toEqual(
      unknown('it is held in Secret s, which is not read'),
    );
    expect(place('postgres:///x')).toMatchObject({ unknown: expect.any(String) });
    expect(place('clickhouse://h/x')).toMatchObject({ unknown: expect.any(String) });
    expect(JSON.stringify(place('postgres://u:geheim@h/x'))).not.toContain('geheim');
  });
});

test('members that are always the same text', () => {
  const { constants } = read(`
${mqttIn}
pipeline:
  processors:
    - mapping: |
        root = this
        root.tags = { "device_id": this.src, "location": "indoor" }
        root.kind = "sensor"
        root.when = now()
    - catch: []
${kafkaOut}
`) ?? { constants: new Map() };
  expect([...constants]).toEqual([
    ['kind', 'sensor'],
    ['tags.location', 'indoor'],
  ]);
});
