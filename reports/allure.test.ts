import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mixedRun } from '../helpers/evidence/testing/sample-run.ts';
import { writeAllureResults } from './allure.ts';

interface AllureResult {
  readonly name: string;
  readonly status: string;
  readonly statusDetails: { readonly message?: string };
  readonly steps: readonly unknown[];
  readonly attachments: readonly { readonly source: string }[];
}

let directory: string;
let results: ReadonlyMap<string, AllureResult>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'allure-'));
  await writeAllureResults(mixedRun(), directory);
  const files = (await readdir(directory)).filter((name) => name.endsWith('-result.json'));
  const read = await Promise.all(
    files.map(async (name): Promise<AllureResult> => JSON.parse(await readFile(join(directory, name), 'utf8'))),
  );
  results = new Map(read.map((result) => [result.name.split(':')[0] ?? '', result]));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test.each([
  ['P1.workloads', 'failed'],
  ['P1.logs-clean', 'broken'],
  ['P1.values', 'skipped'],
  ['P1.migrations', 'skipped'],
  ['P1.lag', 'passed'],
])('%s is %s', (id, status) => {
  expect(results.get(id)?.status).toBe(status);
});

test('every criterion is among the results, skipped ones with their reason, none with steps', () => {
  expect(results.size).toBe(mixedRun().criteria.length);
  expect(results.get('P1.migrations')?.statusDetails.message).toBe('no migration is declared');
  expect([...results.values()].flatMap(({ steps }) => steps)).toEqual([]);
});

test('the evidence is attached whole, as JSON', async () => {
  const source = results.get('P1.workloads')?.attachments[0]?.source ?? '';
  expect(JSON.parse(await readFile(join(directory, source), 'utf8'))).toEqual(mixedRun().criteria[0]?.evidence);
});
