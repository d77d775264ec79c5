import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadMigration } from '../../helpers/config/load.ts';
import type { RunResult } from '../../helpers/evidence/run.ts';
import { mixedRun } from '../../helpers/evidence/testing/sample-run.ts';
import { appendEntry, ledgerFile } from '../../helpers/ledger/ledger.ts';
import { entryOfRun, runEntry } from '../../helpers/ledger/run-entry.ts';
import { UsageError } from '../usage-error.ts';
import { runDirectory, writeResults } from '../verify/write-results.ts';
import { gatherSite } from './gather.ts';
import { report } from './report.ts';

const configPath = resolve('migration.yaml');
const migration = loadMigration(configPath);
const { signal } = new AbortController();

let out: string;
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'report-'));
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(out, { recursive: true, force: true });
});

const keep = (run: RunResult) =>
  writeResults(run, runDirectory(out, run.target.name, run.phase.id, new Date(run.startedAt)), out);
const from = (file: string) => report({ config: configPath, out, from: file, allure: false }, signal);

test('the page of a run is made again from its bundle, byte for byte', async () => {
  const page = await keep(mixedRun());
  const file = join(out, 'elsewhere.tar.gz');
  await writeFile(file, await readFile(join(page, '../evidence.tar.gz')));
  expect(await from(file)).toBe(0);
  expect(await readFile(join(out, 'elsewhere.html'), 'utf8')).toBe(await readFile(page, 'utf8'));
});

test('what is no bundle, or is not there, is a wrong call', async () => {
  await writeFile(join(out, 'no.tar.gz'), 'no bundle');
  await expect(from(join(out, 'no.tar.gz'))).rejects.toThrow(UsageError);
  await expect(from(join(out, 'absent.tar.gz'))).rejects.toThrow(/ENOENT/);
});

test('of a live target only the runs of one cluster stand together, with what its ledger has noted beside', async () => {
  const directory = join(out, 'ledger');
  const live = (hour: string, clusterUid: string): RunResult => ({
    ...mixedRun(),
    startedAt: `2026-11-24T${hour}:40:00.000Z`,
    finishedAt: `2026-11-24T${hour}:41:00.000Z`,
    target: { name: 'live', kind: 'live', rehearsal: false, timeScale: 1, clusterUid },
  });
  await keep(live('01', 'another'));
  await keep(live('03', 'this'));
  await appendEntry(ledgerFile(directory, 'this'), runEntry, entryOfRun(live('02', 'this'), false));
  await appendEntry(ledgerFile(directory, 'this'), runEntry, entryOfRun(live('03', 'this'), false));
  const { site } = await gatherSite({
    migration: { ...migration, ledger: { directory } },
    chosen: { name: 'live', config: { kind: 'live', timeScale: 1 } },
    configPath,
    out,
    signal,
    withAllure: false,
  });
  expect(site.runs.map(({ at, evidence }) => [at.slice(11, 13), evidence !== undefined])).toEqual([
    ['02', false],
    ['03', true],
  ]);
  expect(site.target).toMatchObject({ name: 'live', rehearsal: false });
});
