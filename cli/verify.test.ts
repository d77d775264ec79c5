import { execFile } from 'node:child_process';
import { lstat, mkdtemp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { criteria } from '../specs/criteria.ts';
import { verifyResultSchema } from './output/json-document.ts';

/** The command as it is called, against targets that cannot be reached. */
interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

// A whole run each: on a busy machine its start alone takes a while.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

let directory: string;
let kubeconfig: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'verify-'));
  kubeconfig = join(directory, 'kubeconfig');
  // Nothing listens on port 1: the connection is refused at once.
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'nowhere', cluster: { server: 'https://127.0.0.1:1' } }],
    users: [{ name: 'nobody', user: { token: 'none' } }],
    contexts: ['verifier@embedded', 'homelab'].map((name) => ({
      name,
      context: { cluster: 'nowhere', user: 'nobody' },
    })),
    'current-context': 'homelab',
  };
  await writeFile(kubeconfig, JSON.stringify(config));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

function verify(...args: string[]): Promise<Ended> {
  const command = [resolve(import.meta.dirname, 'verify.ts'), ...args];
  const options = {
    cwd: resolve(import.meta.dirname, '..'),
    env: { ...process.env, KUBECONFIG: join(directory, 'none'), NO_COLOR: '1' },
  };
  return new Promise((settle) => {
    execFile(process.execPath, command, options, (error, stdout, stderr) =>
      settle({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

describe.each([
  ['an unknown phase', ['phse1'], 'did you mean "phase1"'],
  ['an unknown criterion', ['phase1', '--only', 'P1.steams'], 'did you mean "P1.streams"'],
  ['an --only that names nothing', ['phase1', '--only', ','], 'It names no criterion'],
  ['an unknown target', ['phase1', '--target', 'lve'], 'did you mean "live"'],
  ['an unknown option', ['phase1', '--shrt'], 'Did you mean --short?'],
  ['no phase', [], 'phase'],
  ['no configuration', ['phase1', '--config', 'nowhere.yaml'], 'nowhere.yaml: no such file'],
  ['an --out that cannot be written', ['phase1', '--out', '/dev/null/reports'], 'cannot be written to (ENOTDIR)'],
  ['no kubeconfig', ['phase1', '--target', 'live'], 'KUBECONFIG names no file that exists'],
])('%s', (_, args, words) => {
  test('ends with 64, in words without a stack, and nothing on standard output', async () => {
    const { code, stdout, stderr } = await verify(...args);
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).toBe('');
    expect(code).toBe(64);
  });
});

test('a context that the kubeconfig lacks ends with 64 and names those that it has', async () => {
  const { code, stderr } = await verify('phase1', '--kubeconfig', kubeconfig, '--context', 'homlab');
  expect(stderr).toContain('homelab');
  expect(code).toBe(64);
});

test('--list names every criterion and observes nothing', async () => {
  const { code, stdout } = await verify('phase1', '--list');
  const ids = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' ', 1)[0]);
  expect(ids).toEqual(criteria.filter(({ phase }) => phase === 'phase1').map(({ id }) => id));
  expect(code).toBe(0);
});

describe('a live cluster that does not answer', () => {
  let ended: Ended;
  let out: string;
  beforeAll(async () => {
    out = join(directory, 'out');
    ended = await verify('phase1', '--target', 'live', '--kubeconfig', kubeconfig, '--json', '--out', out);
  });

  test('is INCONCLUSIVE with 2, and --json prints one document as the schema says and nothing else', () => {
    const document = verifyResultSchema.parse(JSON.parse(ended.stdout));
    expect(document).toMatchObject({
      decision: 'INCONCLUSIVE',
      target: 'live',
      rehearsal: false,
      notice: null,
      partial: false,
    });
    expect(new Set(document.criteria.map(({ verdict }) => verdict))).toEqual(new Set(['inconclusive']));
    expect(document.criteria[0]?.observed).toContain('ECONNREFUSED');
    expect(ended.stderr).toBe('');
    expect(ended.code).toBe(2);
  });

  test('has its report all the same, found by the pointer to the latest', async () => {
    expect((await lstat(join(out, 'latest'))).isSymbolicLink()).toBe(true);
    const page = await readFile(join(out, 'latest/index.html'), 'utf8');
    expect(page).toContain('<h1>INCONCLUSIVE</h1>');
    expect(page).toContain('ECONNREFUSED');
    expect(await readFile(join(out, 'latest/junit.xml'), 'utf8')).toMatch(
      /<testsuite [^>]*failures="0" errors="11"|errors="11" failures="0"/,
    );
  });

  test('has it for its owner alone', async () => {
    const run = await realpath(join(out, 'latest'));
    expect((await stat(run)).mode & 0o077).toBe(0);
    expect((await stat(join(run, 'index.html'))).mode & 0o077).toBe(0);
  });
});

test('without a terminal there are plain lines, one for each criterion, and no control codes', async () => {
  const { stdout } = await verify('phase1', '--kubeconfig', kubeconfig, '--out', join(directory, 'plain'));
  expect(stdout.split('\n').filter((line) => /^\? P1\./.test(line))).toHaveLength(14);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
  expect(stdout).not.toMatch(/\u001b/);
  expect(stdout).toContain('REHEARSAL, NOT YOUR CLUSTER');
});

test('colours and cursor codes stay away from --short, which has one line for each criterion that does not pass', async () => {
  const { stdout, code } = await verify(
    'phase1',
    '--short',
    '--only',
    'P1.lag',
    '--kubeconfig',
    kubeconfig,
    '--out',
    join(directory, 'short'),
  );
  expect(stdout.split('\n')[0]).toMatch(/^\? P1\.lag {2}INCONCLUSIVE: /);
  expect(stdout).toContain('Only 1 of 14 criteria were judged');
  expect(code).toBe(2);
});
