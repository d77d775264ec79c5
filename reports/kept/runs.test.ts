import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mixedRun } from '../../helpers/evidence/testing/sample-run.ts';
import { keptRuns, pruneRuns } from './runs.ts';

let out: string;
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'runs-'));
});
afterEach(() => rm(out, { recursive: true, force: true }));

async function keep(phase: string, day: number, text = JSON.stringify(mixedRun())): Promise<void> {
  const directory = join(out, 'live', phase, `2026-11-${day}T03-00-00.000Z`);
  await mkdir(directory, { recursive: true });
  const startedAt = `2026-11-${day}T03:00:00.000Z`;
  await writeFile(join(directory, 'evidence.json'), text.replace('2026-11-24T03:40:00.000Z', startedAt));
}

const withStart = (day: number) => JSON.stringify({ ...mixedRun(), startedAt: `2026-11-${day}T03:00:00.000Z` });

test('the runs of a target are read, oldest first, whatever their phase', async () => {
  await keep('phase3', 22, withStart(22));
  await keep('phase1', 23, withStart(23));
  await keep('phase1', 21, withStart(21));
  const { runs, unreadable } = await keptRuns(out, 'live');
  expect(runs.map(({ run }) => run.startedAt.slice(8, 10))).toEqual(['21', '22', '23']);
  expect(unreadable).toEqual([]);
  expect(await keptRuns(out, 'other')).toEqual({ runs: [], unreadable: [] });
});

test('a run that cannot be read is told, never left out', async () => {
  await keep('phase1', 21, '{"decision":');
  await keep('phase1', 22, '{}');
  const { runs, unreadable } = await keptRuns(out, 'live');
  expect(runs).toEqual([]);
  expect(unreadable).toEqual([
    expect.stringMatching(/2026-11-21.*JSON/),
    expect.stringMatching(/2026-11-22.*decision: /),
  ]);
});

test('the oldest runs go, and nothing that is no run', async () => {
  for (const day of [20, 21, 22, 23]) await keep('phase1', day);
  await mkdir(join(out, 'live', 'phase1', 'notes'));
  await pruneRuns(join(out, 'live', 'phase1'), 2);
  expect((await readdir(join(out, 'live', 'phase1'))).sort()).toEqual([
    '2026-11-22T03-00-00.000Z',
    '2026-11-23T03-00-00.000Z',
    'notes',
  ]);
});
