import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sampleCriterion, sampleRun, sampleVerdict } from '../evidence/testing/sample-run.ts';
import { appendEntry, readLedger } from './ledger.ts';
import { entryOfRun, runEntry } from './run-entry.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ledger-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const counted = { from: '2026-11-23T03:00:00.000Z', to: '2026-11-24T03:00:00.000Z', errors: 2 };
const size = { database: 'telemetry', sizeBytes: 12, capacityBytes: 100 };

test('a run without figures is noted, and read again', async () => {
  const file = join(directory, 'uid.jsonl');
  const run = sampleRun([sampleCriterion('P1.lag', sampleVerdict('fail'))]);
  await appendEntry(file, runEntry, entryOfRun(run, false));
  expect((await readLedger(file)).entries(runEntry)).toMatchObject([
    { phase: 'phase1', decision: 'NO-GO', criteria: [{ id: 'P1.lag', gates: true, verdict: 'fail' }] },
  ]);
});

test('what later runs compare with is taken from the evidence of the phase’s own criteria', () => {
  const run = sampleRun([
    sampleCriterion('P0.part', sampleVerdict('pass'), { phase: 'phase0', evidence: { logErrors: { errors: 9 } } }),
    sampleCriterion('P1.logs', sampleVerdict('pass'), { evidence: { logErrors: counted } }),
    sampleCriterion('P1.disk', sampleVerdict('pass'), { evidence: { sizes: { seen: [size], unseen: [] } } }),
  ]);
  const entry = entryOfRun(run, false);
  expect(entry).toMatchObject({ logErrors: counted, sizes: [size] });
  expect(entry).not.toHaveProperty('memory');
});
