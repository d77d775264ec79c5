import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { reading } from '../replica/embedded/history/readings.ts';
import { type NewTopic, newTopics } from '../replica/embedded/history/records.ts';
import {
  bridgeMappings,
  type Json,
  MappingError,
  sinkMappings,
} from '../replica/embedded/programs/connect/mappings.ts';
import { mountedConfigMap } from '../replica/embedded/testing/manifest.ts';
import { connectProgram } from './real/connect-program.ts';
import { hold } from './suite.ts';

const atMs = Date.UTC(2026, 10, 24, 3, 20);

const bridgeFiles = [...mountedConfigMap('mqtt-kafka-bridge', 'mqtt-kafka-bridge-streams', '').values()].map((file) =>
  parse(file),
);
const sinkFiles = ['timescaledb', 'heatpump-settings']
  .flatMap((file) => [...mountedConfigMap(file, 'redpanda-connect-streams', '').values()])
  .map((file) => parse(file));

/** The real program runs the stream files' own mappings; without it there is nothing to hold the double against. */
hold('Mappings, against those of the replica', connectProgram(), (system) => {
  const bloblang = (mapping: string, document: string) => runBloblang(system().program, mapping, document);

  describe.each(bridgeFiles.map((file) => [file.output.kafka.topic as NewTopic, file.pipeline.processors[0].mapping]))(
    'mapping to %s',
    (topic, mapping) => {
      const sound = reading(newTopics[topic], atMs) as Json;
      const sparse = {
        ...sound,
        params: {},
        d0: null,
        d6: undefined,
        activeActualConsumption: null,
        temperature_c: null,
      };
      test.each([
        ['a sensor’s payload', sound],
        ['a payload with members missing', sparse],
        ['negative values', { ...sound, d0: -2.5, d16: 31, d13: 3, temperature_c: -11.5 }],
      ])('gives the same for %s', async (_name, payload) => {
        const [real] = await bloblang(mapping, JSON.stringify(payload));
        const { ts, ...rest } = JSON.parse(real ?? '');
        expect(ts).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}Z$/);
        const { ts: _ts, ...ours } = JSON.parse(JSON.stringify(bridgeMappings[topic]?.(payload, ts)));
        expect(ours).toEqual(rest);
      });
    },
  );

  test('fails with the same words where flags are missing', async () => {
    const topic = 'homelab-heatpump-telemetry';
    const mapping = bridgeFiles.find((file) => file.output.kafka.topic === topic).pipeline.processors[0].mapping;
    const [, real] = await bloblang(mapping, '{"Client_Name":"x"}');
    const ours = () => bridgeMappings[topic]?.({ Client_Name: 'x' }, '');
    expect(ours).toThrow(MappingError);
    expect(ours).toThrow(real?.replace('failed to execute map: ', ''));
  });

  const sinks = sinkFiles.map(({ output, input }): [string, string, NewTopic[]] =>
    output.sql_insert
      ? [output.sql_insert.table, output.sql_insert.args_mapping, input.kafka.topics]
      : ['settings', output.sql_raw.args_mapping, input.kafka.topics],
  );
  test.each(sinks)('rows of %s', async (table, mapping, topics) => {
    for (const topic of topics) {
      for (const change of [{}, { fields: {} }, { fields: { outdoor_temp: -2.5, wifi_rssi: -70.5 }, d51: 1.5 }]) {
        const source = bridgeMappings[topic]?.(reading(newTopics[topic], atMs), '2026-11-24T03:20:07.1Z');
        const record = JSON.parse(JSON.stringify({ ...source, ...change }));
        const [real] = await bloblang(mapping, JSON.stringify(record));
        expect(sinkMappings[table]?.(record)).toEqual(JSON.parse(real ?? ''));
      }
    }
  });
});

/** What the mapping makes of the document: [result, error]. The tool loses what comes together with the end of input. */
async function runBloblang(
  program: string,
  mapping: string,
  document: string,
): Promise<[string | undefined, string | undefined]> {
  const child = spawn(program, ['blobl', mapping]);
  child.stdin.write(`${document}\n`);
  await Promise.race([once(child.stdout, 'readable'), once(child.stderr, 'readable')]);
  child.stdin.end();
  const [output, error] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return [output.trim() || undefined, error.trim() || undefined];
}
