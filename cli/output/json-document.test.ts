import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { mixedRun, sampleCriterion, sampleRun, sampleVerdict } from '../../helpers/evidence/testing/sample-run.ts';
import { verifyDocument, verifyResultSchema } from './json-document.ts';
import { verifyResultJsonSchema } from './json-schema.ts';

const roundTrip = (value: unknown) => JSON.parse(JSON.stringify(value));

test('a run of every verdict is what the schema says', () => {
  const document = verifyResultSchema.parse(roundTrip(verifyDocument(mixedRun(), 'reports/out/index.html')));
  expect(document.decision).toBe('NO-GO');
  expect(document.criteria.map(({ id, verdict }) => `${id} ${verdict}`)).toContain('P1.logs-clean inconclusive');
  expect(document.criteria.find(({ id }) => id === 'P1.workloads')?.look).toMatch(/^kubectl /);
});

test('a replica says that it is one, a live cluster does not', () => {
  const pass = [sampleCriterion('P1.lag', sampleVerdict('pass'))];
  expect(verifyDocument(sampleRun(pass), undefined)).toMatchObject({
    rehearsal: true,
    notice: 'REHEARSAL, NOT YOUR CLUSTER',
  });
  const live = sampleRun(pass, { target: { name: 'live', kind: 'live', rehearsal: false, timeScale: 1 } });
  expect(verifyDocument(live, undefined)).toMatchObject({ target: 'live', rehearsal: false, notice: null });
});

test('the schema refuses a document that leaves out what it promises', () => {
  const { decision: _, ...document } = verifyDocument(mixedRun(), undefined);
  expect(verifyResultSchema.safeParse(document).success).toBe(false);
});

test('the published JSON Schema is the one that the schema gives (npm run schema writes it)', () => {
  const published = readFileSync(new URL('../../docs/verify-result.schema.json', import.meta.url), 'utf8');
  expect(published).toBe(verifyResultJsonSchema());
});
