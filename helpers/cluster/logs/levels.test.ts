import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isError, readLevel } from './levels.ts';

describe('the level of a line', () => {
  test.each([
    // Redpanda Connect, logfmt
    [
      'info',
      'level=info msg="Input type mqtt is now active" @service=benthos label=mqtt_energy path=root.input stream=energy',
    ],
    [
      'error',
      'level=error msg="Connection lost due to: EOF" @service=benthos label=mqtt_energy path=root.input stream=energy',
    ],
    [
      'error',
      'time="2026-11-24T03:28:02Z" level=error msg="Failed to send message to sql_insert: pq: relation \\"heatpump_status\\" does not exist" @service=benthos label=sql path=root.output stream=heatpump',
    ],
    ['info', 'level=info msg="retrying after level=error" @service=benthos stream=energy'],
    ['warn', 'ts=2026-11-24T03:28:02Z caller=main.go:1 level=warn msg=slow'],
    // Redpanda Connect, JSON; pino
    [
      'error',
      '{"@service":"benthos","label":"","level":"error","msg":"Failed to connect to kafka: EOF","path":"root.input","stream":"energy","time":"2026-11-24T03:28:02Z"}',
    ],
    ['info', '{"level":"info","msg":"no error at all"}'],
    ['error', '{"level":50,"time":1795490000000,"msg":"socket closed"}'],
    ['info', '{"severity":"INFO","message":"an error was mended"}'],
    ['unknown', '{"time":1}'],
    ['unknown', '{"level":"constructor"}'],
    // PostgreSQL
    ['info', '2026-11-24 03:26:36.123 UTC [1] LOG:  database system is ready to accept connections'],
    ['error', '2026-11-24 03:26:36.123 UTC [42] ERROR:  relation "nothing" does not exist at character 15'],
    [
      'error',
      '2026-11-24 03:26:36.123 UTC [42] postgres@telemetry ERROR:  canceling statement due to statement timeout',
    ],
    [
      'fatal',
      '2026-11-24 03:26:36 CET [42] verifier@telemetry FATAL:  password authentication failed for user "verifier"',
    ],
    ['unknown', '2026-11-24 03:26:36.123 UTC [42] STATEMENT:  select * from nothing'],
    ['unknown', '2026-11-24 03:26:36.123 UTC [42] DETAIL:  Failing row contains (null, ERROR:  1).'],
    ['unknown', '2026-11-24 03:26:36.123 UTC [42] HINT:  No function matches.'],
    ['info', "2026-11-24 03:26:36.123 UTC [42] LOG:  duration: 1 ms  statement: select 'ERROR:  x'"],
    ['warn', '2026-11-24 03:26:36.123 UTC [42] WARNING:  there is no transaction in progress'],
    ['unknown', '\tERROR:  the second line of a statement'],
    // klog
    ['error', 'E1124 03:26:36.123456       1 reflector.go:12] Failed to watch: forbidden'],
    ['info', 'I1124 03:26:36.123456       1 main.go:12] error count 0'],
    // mosquitto
    ['error', '1795490796: Error: Unable to open config file /mosquitto/config/mosquitto.conf.'],
    ['warn', '1795490796: Warning: Mosquitto should not be run as root/administrator.'],
    ['unknown', '1795490796: Client bridge-energy closed its connection.'],
    ['unknown', '1795490796: Socket error on client bridge-energy, disconnecting.'],
    ['unknown', '1795490796: New connection from 10.42.0.9:4711 on port 1883.'],
    // Redpanda and Kafka
    ['error', 'ERROR 2026-11-24 03:26:36,123 [shard 0:main] storage - file.cc:12 - no space left'],
    ['info', 'INFO  2026-11-24 03:26:36,123 [shard 0:main] cluster - error counters reset'],
    ['warn', 'WARN  2026-11-24 03:26:36,123 [shard 0] r/heartbeat - slow'],
    ['error', '[2026-11-24 03:26:36,123] ERROR [KafkaServer id=1] Exiting Kafka (kafka.server.KafkaServer)'],
    ['info', '[2026-11-24 03:26:36,123] INFO [KafkaServer id=1] started (kafka.server.KafkaServer)'],
    // nginx and other brackets
    ['error', '2026/11/24 03:26:36 [error] 12#12: *1 open() failed'],
    ['error', '[ERROR] no route'],
    // plain
    [
      'error',
      'failed to create stream (heatpump): failed to init output <no label>: kafka: client has run out of available brokers to talk to',
    ],
    ['error', 'Error: connect ECONNREFUSED 10.43.0.7:5432'],
    ['error', 'TypeError: Cannot read properties of undefined'],
    ['error', 'Error opening file /config/energy.yaml'],
    ['fatal', 'panic: runtime error: index out of range [3] with length 3'],
    ['fatal', 'fatal error: all goroutines are asleep - deadlock!'],
    ['error', 'Traceback (most recent call last):'],
    ['error', 'Exception in thread "main" java.lang.IllegalStateException: no'],
    ['unknown', 'org.apache.kafka.common.errors.SchemaException: Buffer underflow'],
    ['unknown', 'Caused by: java.io.IOException: No space left on device'],
    ['unknown', 'goroutine 1 [running]:'],
    ['unknown', '\t/app/main.go:12 +0x1d'],
    ['unknown', '    at Object.<anonymous> (/app/index.js:1:7)'],
    ['unknown', 'wrote 12 rows, error rate 0'],
    ['unknown', 'no ERROR here'],
    ['unknown', ''],
    // colours
    ['error', '\u001b[31mERROR\u001b[0m no route'],
  ])('%s: %s', (level, line) => {
    expect(readLevel(line).level).toBe(level);
  });

  test('the message is what the program said, without its dress', () => {
    expect(readLevel('level=error msg="pq: relation \\"x\\" does not exist" stream=energy').message).toBe(
      'pq: relation "x" does not exist',
    );
    expect(readLevel('2026-11-24 03:26:36.123 UTC [42] ERROR:  no').message).toBe('no');
    expect(readLevel('1795490796: Error: no').message).toBe('no');
  });
});

/** Prose that speaks of errors without being one. */
const prose = fc
  .array(
    fc.constantFrom('error', 'ERROR', 'panic', 'level=error', '"', 'fatal', 'rows', '\\', 'failed', '{', ':', '=', 'é'),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => parts.join(' '));

const dresses: readonly { name: string; dress: (level: 'info' | 'error', text: string) => string }[] = [
  { name: 'logfmt', dress: (level, text) => `level=${level} msg=${JSON.stringify(text)} stream=energy` },
  { name: 'JSON', dress: (level, text) => JSON.stringify({ level, msg: text }) },
  {
    name: 'klog',
    dress: (level, text) => `${level === 'info' ? 'I' : 'E'}1124 03:26:36.123456       1 main.go:12] ${text}`,
  },
  {
    name: 'PostgreSQL',
    dress: (level, text) => `2026-11-24 03:26:36.123 UTC [42] ${level === 'info' ? 'LOG' : 'ERROR'}:  ${text}`,
  },
  {
    name: 'Redpanda',
    dress: (level, text) => `${level.toUpperCase().padEnd(5)} 2026-11-24 03:26:36,123 [shard 0] x - ${text}`,
  },
];

describe.each(dresses)('$name', ({ dress }) => {
  test('what the message speaks of does not change the level', () => {
    fc.assert(
      fc.property(prose, fc.constantFrom('info', 'error'), (text, level) => {
        expect(isError(readLevel(dress(level, text)).level)).toBe(level === 'error');
      }),
    );
  });
});

test('any text has a level and never throws', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      expect(readLevel(text).level).toMatch(/^(trace|debug|info|warn|error|fatal|unknown)$/);
    }),
  );
});
