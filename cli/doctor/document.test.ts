import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { databaseSight, examination, seen, sights, unseen } from '../../helpers/doctor/testing/samples.ts';
import { doctorDocument, doctorResultJsonSchema, doctorResultSchema } from './document.ts';
import { doctorResult } from './result.ts';

const suite = { suite: '0.1.0', node: 'v24.21.0', config: 'migration.yaml', configSha256: '0'.repeat(12) };
const replica = { name: 'embedded', kind: 'embedded', rehearsal: true, timeScale: 30, context: 'verifier' } as const;

test('the committed JSON Schema is the one that the schema gives (npm run schema writes it)', () => {
  const committed = readFileSync(new URL('../../docs/doctor-result.schema.json', import.meta.url), 'utf8');
  expect(committed).toBe(doctorResultJsonSchema());
});

test('the document of a target of which all can be seen fits the schema', () => {
  const document = doctorDocument(doctorResult(replica, examination(), suite, 60));
  expect(doctorResultSchema.parse(JSON.parse(JSON.stringify(document)))).toEqual(document);
  expect(document).toMatchObject({
    allSeen: true,
    target: 'embedded',
    rehearsal: true,
    notice: 'REHEARSAL, NOT YOUR CLUSTER',
    server: null,
    missingRules: [],
  });
  expect(document.versions).toContainEqual({ of: 'Node.js', version: 'v24.21.0' });
  expect(document.clocks).toContainEqual({ of: 'broker', offsetSeconds: null, uncertaintySeconds: null });
});

test('what is missing stands in it as data', () => {
  const permissions = sights().permissions.map(({ need }) => ({
    need,
    allowed: seen(need.resource !== 'pods/log' || need.namespace !== 'mosquitto'),
  }));
  const databases = [databaseSight('telemetry', { version: unseen('no answer'), clock: unseen('no answer') })];
  const document = doctorDocument(doctorResult(replica, examination({ permissions, databases }), suite, 60));
  expect(doctorResultSchema.parse(document).allSeen).toBe(false);
  expect(document.missingRules).toEqual([
    { namespaces: ['mosquitto'], apiGroups: [''], resources: ['pods/log'], resourceNames: [], verbs: ['get'] },
  ]);
  const of = 'database timescaledb/telemetry';
  expect(document.clocks).toContainEqual({ of, offsetSeconds: null, uncertaintySeconds: null });
  expect(document.versions).toContainEqual({ of, version: null });
});

test('a target that does not answer has a document too', () => {
  const api = unseen('no answer within 5 s', { kind: 'timeout' });
  const document = doctorDocument(doctorResult(replica, { ...examination(), api, sights: undefined }, suite, 60));
  expect(doctorResultSchema.parse(document)).toMatchObject({ allSeen: false });
});
