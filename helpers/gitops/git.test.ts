import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commitChange, prepareRepository } from '../../replica/embedded/flux/repository.ts';
import { readCheckout, readRemote } from './git.ts';

let home: string;
let path: string;
let first: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'git-'));
  path = join(home, 'homelab.git');
  first = await prepareRepository(
    path,
    [{ message: 'one', files: new Map([['gitops/apps.yaml', 'kind: A\n']]) }],
    home,
  );
});
afterAll(() => rm(home, { recursive: true, force: true }));

test('a commit is read as it was, whatever came after', async () => {
  const second = await commitChange(
    path,
    'another',
    new Map([
      ['gitops/apps.yaml', 'kind: B\n'],
      ['docs/a.md', 'a\n'],
    ]),
  );
  expect([...(await readCheckout(path, `main@sha1:${first}`)).files]).toEqual([['gitops/apps.yaml', 'kind: A\n']]);
  const newer = await readCheckout(path, `main@sha1:${second}`);
  expect(Object.fromEntries(newer.files)).toEqual({ 'docs/a.md': 'a\n', 'gitops/apps.yaml': 'kind: B\n' });
  expect(newer.revision).toBe(`main@sha1:${second}`);
});

test('as Flux before 2.0 writes a revision', async () => {
  expect((await readCheckout(path, `main/${first}`)).files.size).toBe(1);
});

test('a commit that is not there was not fetched: nothing is read in its place', async () => {
  await expect(readCheckout(path, `main@sha1:${'0'.repeat(40)}`)).rejects.toMatchObject({
    name: 'Unobservable',
    kind: 'history',
    hint: expect.stringContaining('fetch'),
  });
});

test('neither a directory that is no repository nor a URL that nothing answers is empty', async () => {
  await expect(readCheckout(join(home, 'nothing'), `main@sha1:${first}`)).rejects.toMatchObject({
    name: 'Unobservable',
  });
  await expect(readRemote('http://127.0.0.1:9/homelab.git', `main@sha1:${first}`)).rejects.toMatchObject({
    name: 'Unobservable',
    kind: 'unreachable',
  });
});
