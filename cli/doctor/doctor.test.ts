import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FakeApi } from '../../helpers/target/testing/fake-api.ts';
import { doctorResultSchema } from './document.ts';
import { runDoctor } from './testing/run-doctor.ts';

let directory: string;
/** For a server that is gone: its port answers nobody. */
let deadKubeconfig: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'doctor-'));
  deadKubeconfig = join(directory, 'dead');
  await using api = await FakeApi.start();
  await writeFile(deadKubeconfig, api.kubeConfigText());
});
afterAll(() => rm(directory, { recursive: true }));

test.each([
  ['an option that is not known', ['--targt', 'live'], 'Did you mean --target?'],
  ['a target that is not known', ['--target', 'liv'], 'did you mean "live"'],
  ['a configuration that is not there', ['--config', 'no-such.yaml'], 'no such file'],
  ['a kubeconfig that is not there', ['--kubeconfig', 'no-such-kubeconfig'], 'no such file'],
])('%s: exit code 64, a word why, and no stack', async (_, options, words) => {
  const { code, stdout, stderr } = await runDoctor(...options);
  expect(code).toBe(64);
  expect(stderr).toContain(words);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(stdout).toBe('');
});

test('a context that is not known names those that are', async () => {
  const { code, stderr } = await runDoctor('--kubeconfig', deadKubeconfig, '--context', 'verifier');
  expect(code).toBe(64);
  expect(stderr).toContain('verifier@fake');
});

test('an API server that is gone: exit code 2, and one JSON document on standard output', async () => {
  const options = ['--kubeconfig', deadKubeconfig, '--context', 'verifier@fake'];
  const { code, stdout, stderr } = await runDoctor(...options, '--json');
  expect(stderr).toBe('');
  expect(code).toBe(2);
  const document = doctorResultSchema.parse(JSON.parse(stdout));
  expect(document).toMatchObject({ allSeen: false, target: 'embedded', context: 'verifier@fake' });
  expect(document.findings[0]).toMatchObject({ group: 'cluster', level: 'unseen' });
});
