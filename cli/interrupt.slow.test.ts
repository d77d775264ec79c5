import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Checkout, checkout } from './testing/checkout.ts';
import { type CommandOptions, type Ended, type RunningCommand, startCommand } from './testing/command.ts';

/** Ctrl-C, kill and kill -9 at every stage: what was started ends with it, and says so by its exit code. */
const testMs = 120_000;

let project: Checkout;

beforeAll(async () => {
  project = await checkout();
});
afterAll(() => project?.[Symbol.asyncDispose]());

function start(script: string, ...args: string[]): RunningCommand {
  const options: CommandOptions = { cwd: project.path, env: { TMPDIR: project.temporary }, withinSeconds: 100 };
  return startCommand([script, ...args], options);
}

const verify = (...args: string[]) => start('cli/verify.ts', 'phase1', ...args);
const replica = (...args: string[]) => start('replica/cli.ts', ...args);

/** In words, without a stack. */
function expectWords({ stderr }: Ended, words: RegExp): void {
  expect(stderr).toMatch(words);
  expect(stderr).not.toMatch(/^\s+at /m);
}

const starting = /loading eight days of history/;
const judging = /P1\.workloads/;

describe('verify with a replica of its own', () => {
  test.each([
    { when: 'while its replica starts', said: starting },
    { when: 'while it judges', said: judging },
  ])(
    'ctrl-C $when ends it with 130, its replica and its databases',
    async ({ said }) => {
      await using command = verify();
      await command.said(said);
      command.killGroup('SIGINT');
      const ended = await command.ended;
      expectWords(ended, /interrupted \(SIGINT\): nothing was decided/);
      expect(ended.code).toBe(130);
      expect(ended.stdout).not.toMatch(/\bGO\b/);
      expect(await command.leftForGood()).toEqual([]);
      expect(await readdir(project.temporary)).toEqual([]);
    },
    testMs,
  );

  test(
    'SIGTERM to it alone ends it with 143, and all that it started',
    async () => {
      await using command = verify();
      await command.said(starting);
      command.kill('SIGTERM');
      const ended = await command.ended;
      expectWords(ended, /interrupted \(SIGTERM\)/);
      expect(ended.code).toBe(143);
      expect(await command.leftForGood()).toEqual([]);
    },
    testMs,
  );

  test(
    'ctrl-C that comes twice, once from the terminal and once through npm, ends it as one does',
    async () => {
      await using command = verify();
      await command.said(judging);
      command.killGroup('SIGINT');
      command.killGroup('SIGINT');
      expect((await command.ended).code).toBe(130);
      expect(await command.leftForGood()).toEqual([]);
    },
    testMs,
  );

  test.each([
    { when: 'while its replica starts', said: starting },
    { when: 'while it judges', said: judging },
  ])(
    'kill -9 of it $when ends its replica and its databases too',
    async ({ said }) => {
      await using command = verify();
      await command.said(said);
      command.kill('SIGKILL');
      expect((await command.ended).signal).toBe('SIGKILL');
      expect(await command.leftForGood()).toEqual([]);
    },
    testMs,
  );
});

describe('npm run replica', () => {
  const serves = /export KUBECONFIG=/;

  test(
    'ctrl-C while it serves is the way to end it: nothing is left, and another one can start',
    async () => {
      await using command = replica();
      await command.said(serves);
      command.killGroup('SIGINT');
      expect((await command.ended).code).toBe(0);
      expect(await command.leftForGood()).toEqual([]);
      expect(await readdir(project.temporary)).toEqual([]);
      expect(await readdir(join(project.path, '.replica'))).not.toContain('replica.json');
    },
    testMs,
  );

  test(
    'ctrl-C while it starts ends it with 130, in words',
    async () => {
      await using command = replica();
      await command.said(starting);
      command.killGroup('SIGINT');
      const ended = await command.ended;
      expectWords(ended, /interrupted \(SIGINT\): no replica runs/);
      expect(ended.code).toBe(130);
      expect(await command.leftForGood()).toEqual([]);
    },
    testMs,
  );

  test.each([
    { when: 'while it starts', said: starting },
    { when: 'while it serves', said: serves },
  ])(
    'kill -9 of it $when ends the replica and its databases too',
    async ({ said }) => {
      await using command = replica();
      await command.said(said);
      command.kill('SIGKILL');
      await command.ended;
      expect(await command.leftForGood()).toEqual([]);
    },
    testMs,
  );
});

describe('a replica that is kept up', () => {
  let kept: RunningCommand;
  let pid: number;

  beforeAll(async () => {
    kept = replica('--detach');
    expect((await kept.ended).code).toBe(0);
    const { default: record } = await import(join(project.path, '.replica', 'replica.json'), {
      with: { type: 'json' },
    });
    pid = record.pid;
  }, testMs);
  afterAll(async () => {
    await using down = replica('--down');
    await down.ended;
  }, testMs);

  test(
    'outlives a verify that is interrupted',
    async () => {
      await using command = verify();
      await command.said(judging);
      command.killGroup('SIGINT');
      expect((await command.ended).code).toBe(130);
      expect(await command.leftForGood()).toEqual([]);
      await using again = verify('--only', 'P1.workloads', '--short');
      const { code, stdout } = await again.ended;
      expect(stdout).toContain('1 pass');
      expect(code).toBe(0);
    },
    testMs,
  );

  test(
    'takes its databases with it when it is killed, frozen ones included, and --down knows that none runs',
    async () => {
      await using plant = replica('--plant', 'database-silent');
      expect((await plant.ended).code).toBe(0);
      process.kill(pid, 'SIGKILL');
      const { processGroup } = await import('./testing/process-group.ts');
      const { eventually, notYet, seen } = await import('../helpers/wait.ts');
      await eventually(async () => ((await processGroup(pid)).length === 0 ? seen(true) : notYet('some are left')), {
        for: 'its databases gone',
        within: 20,
        every: 0.1,
      });
      await using down = replica('--down');
      expect((await down.ended).stdout).toContain('No replica runs');
    },
    testMs,
  );
});
