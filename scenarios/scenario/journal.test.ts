import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { beginJournal, endJournal, killedScenario, unfinishedJournal } from './journal.ts';
import type { Snapshot } from './snapshot.ts';

let home: string;
const kubeconfig = () => join(home, 'kubeconfig');
const standing = (uid: string): Snapshot => ({
  objects: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system', uid } }],
  rowSources: {},
  git: {},
});
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'journal-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** As a scenario leaves it whose process is gone. */
async function killed(): Promise<void> {
  const file = join(home, 'scenario.json');
  const journal = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...journal, pid: 2 ** 22 + 1 }));
}

test('where nothing was begun, nothing is unfinished', async () => {
  expect(await unfinishedJournal(kubeconfig(), standing('a').objects)).toBeUndefined();
});

test('a scenario that is being played is not played beside', async () => {
  await beginJournal(kubeconfig(), 'cutover', standing('a'));
  await expect(unfinishedJournal(kubeconfig(), standing('a').objects)).rejects.toThrow(
    /the scenario cutover is being played on this replica since .*: end it first/,
  );
});

test('what a killed one left is known, but not of a replica that has ended since', async () => {
  await beginJournal(kubeconfig(), 'cutover', standing('a'));
  await killed();
  expect(await unfinishedJournal(kubeconfig(), standing('a').objects)).toMatchObject({
    scenario: 'cutover',
    before: standing('a'),
  });
  expect(await unfinishedJournal(kubeconfig(), standing('b').objects)).toBeUndefined();
  expect(await killedScenario(kubeconfig())).toMatchObject({ scenario: 'cutover' });
});

test('at the end ledger and backups are as they were, also those that were not there', async () => {
  const ledger = join(home, 'ledger', 'a.jsonl');
  await mkdir(join(home, 'ledger'));
  await writeFile(ledger, 'one\n');
  await writeFile(kubeconfig(), 'apiVersion: v1\n');
  await beginJournal(kubeconfig(), 'cutover', standing('a'));
  await writeFile(ledger, 'one\ntwo\n');
  await mkdir(join(home, 'backups'));
  await endJournal(kubeconfig());
  expect(await readFile(ledger, 'utf8')).toBe('one\n');
  expect((await readdir(home)).sort()).toEqual(['kubeconfig', 'ledger']);
  expect(await unfinishedJournal(kubeconfig(), standing('a').objects)).toBeUndefined();
});
