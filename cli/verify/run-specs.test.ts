import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CriterionResult } from '../../helpers/evidence/meta.ts';
import { runSpecs, type SpecRun } from './run-specs.ts';

const root = resolve(import.meta.dirname, '../testdata');
const settings = {
  configPath: '/migration.yaml',
  targetName: 'embedded',
  timeScale: 1,
  phase: 'phase1',
  debug: false,
  ledgerDirectory: tmpdir(),
  backupDirectory: tmpdir(),
  outDir: '/out',
};

interface Told {
  readonly started: string[];
  readonly finished: CriterionResult[];
}

async function run(
  include: string,
  names: readonly string[],
  signal = new AbortController().signal,
  told?: Told,
): Promise<SpecRun> {
  const criteria = names.map((name) => ({
    id: `T.${name}`,
    phase: 'specs', // the folder that they lie in
    gates: true,
    statement: `${name} holds`,
    plan: 'new',
  }));
  const events = {
    started: (id: string) => void told?.started.push(id),
    finished: (result: CriterionResult) => void told?.finished.push(result),
  };
  return runSpecs({ root, include: [include], criteria, settings, deadlineSeconds: 5, events, signal });
}

function verdicts({ criteria }: SpecRun): Record<string, string> {
  return Object.fromEntries(criteria.map(({ id, verdict }) => [id, verdict.kind]));
}

describe('spec files of every kind', async () => {
  const told: Told = { started: [], finished: [] };
  const names = ['passes', 'fails', 'throws', 'settings', 'unreadable', 'forgotten'];
  const result = await run('specs/*.spec.ts', names, undefined, told);
  const of = (id: string) => result.criteria.find((criterion) => criterion.id === id);

  test('only what left a verdict has one, and whatever did not is inconclusive', () => {
    expect(verdicts(result)).toEqual({
      'T.passes': 'pass',
      'T.fails': 'fail',
      'T.throws': 'inconclusive',
      'T.settings': 'pass',
      'T.unreadable': 'inconclusive',
      'T.forgotten': 'inconclusive',
    });
  });

  test('results come in the order of the table, whatever the order of the files', () => {
    expect(result.criteria.map(({ id }) => id)).toEqual(names.map((name) => `T.${name}`));
  });

  test('one that threw is quoted; one that never ran names the file that could not be loaded', () => {
    expect(of('T.throws')?.verdict.observed).toContain('nobody caught this');
    expect(of('T.unreadable')?.verdict.observed).toMatch(
      /unreadable\.spec\.ts could not be loaded: this file cannot be loaded/,
    );
    expect(result.problems.join()).toContain('unreadable.spec.ts');
  });

  test('specs are told the settings of the run', () => {
    expect(of('T.settings')?.evidence).toEqual(settings);
  });

  test('the display is told of each that starts and finishes, in the order of the table', () => {
    expect(told.started).toEqual(['T.passes', 'T.fails', 'T.throws', 'T.settings']);
    expect(told.finished.map(({ id }) => id)).toEqual(['T.passes', 'T.fails', 'T.throws', 'T.settings']);
  });
});

test('criteria that were not asked for are not run', async () => {
  const told: Told = { started: [], finished: [] };
  const result = await run('specs/*.spec.ts', ['passes'], undefined, told);
  expect(verdicts(result)).toEqual({ 'T.passes': 'pass' });
  expect(told.started).toEqual(['T.passes']);
});

test('a worker that dies leaves its criteria inconclusive', async () => {
  const result = await run('dying/*.spec.ts', ['dies']);
  expect(verdicts(result)).toEqual({ 'T.dies': 'inconclusive' });
});

test('no spec file at all is inconclusive, never GO', async () => {
  const result = await run('nowhere/*.spec.ts', ['passes']);
  expect(verdicts(result)).toEqual({ 'T.passes': 'inconclusive' });
});

test('an interrupted run ends at once', async () => {
  const interrupt = new AbortController();
  const told: Told = { started: [], finished: [] };
  told.started.push = (id) => {
    interrupt.abort();
    return id.length;
  };
  const result = await run('waiting/*.spec.ts', ['waits'], interrupt.signal, told);
  expect(result.criteria[0]?.verdict.observed).toContain('interrupted');
});

test('of what an interruption cut off the display is told nothing: it is no result', async () => {
  const interrupt = new AbortController();
  const told: Told = { started: [], finished: [] };
  const finished: string[] = [];
  told.finished.push = (result) => {
    interrupt.abort();
    return finished.push(result.id);
  };
  await run('specs/*.spec.ts', ['passes', 'fails', 'throws', 'settings', 'unreadable'], interrupt.signal, told);
  expect(finished).toEqual(['T.passes']);
});
