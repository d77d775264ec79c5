import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sampleCriterion, sampleRun, sampleVerdict } from '../../helpers/evidence/testing/sample-run.ts';
import { readLedger } from '../../helpers/ledger/ledger.ts';
import { runEntry } from '../../helpers/ledger/run-entry.ts';
import { noteRun } from './note-run.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'note-'));
});
afterEach(() => rm(directory, { recursive: true }));

const run = sampleRun([sampleCriterion('P1.lag', sampleVerdict('pass'))]);
const of = (clusterUid: string) => ({ ...run, target: { ...run.target, clusterUid } });

test('a run stands in its cluster’s ledger, and nothing is said', async () => {
  expect(await noteRun(of('uid-1'), directory, undefined)).toBeUndefined();
  const [file = ''] = await readdir(directory);
  expect((await readLedger(join(directory, file))).entries(runEntry)).toMatchObject([{ decision: 'GO' }]);
});

test.each([
  ['forbidden: get namespaces kube-system', 'forbidden: get namespaces kube-system'],
  [undefined, 'no criterion got as far as to ask'],
])('a run of an unknown cluster is in no ledger, and that is said (%s)', async (unknown, why) => {
  expect(await noteRun(run, directory, unknown)).toBe(
    `this run is in no ledger, and no day counts it: which cluster it judged is not known (${why})`,
  );
  expect(await readdir(directory)).toEqual([]);
});

test('a ledger that cannot be written takes the note, and that is said', async () => {
  const file = join(directory, 'in-the-way');
  await writeFile(file, '');
  expect(await noteRun(of('uid-1'), file, undefined)).toMatch(/^the run could not be noted in .*in-the-way/);
});
