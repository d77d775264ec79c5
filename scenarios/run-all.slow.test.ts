import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCommand } from '../cli/testing/command.ts';

let out: string;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'played-'));
});
afterAll(() => rm(out, { recursive: true, force: true }));

test('ctrl-C ends all that are played at once, and takes back what they planted, and says so', async () => {
  const names = ['duplicate-client-id', 'stuck-namespace'];
  await using command = startCommand(['scenarios/run-all.ts', ...names, '--at-once', '2', '--out', out], {
    withinSeconds: 400,
  });
  for (const name of names) await command.said(new RegExp(`^${name} +✔.* planted: `, 'm'));
  command.killGroup('SIGINT');
  const { code, stdout, stderr } = await command.ended;
  for (const name of names) {
    const lines = stdout.split('\n').filter((line) => line.startsWith(name));
    const planted = lines.filter((line) => line.includes('✔') && line.includes(' planted: '));
    expect(lines.filter((line) => line.includes(' taken back: '))).toHaveLength(planted.length);
    const verdict = new RegExp(`FAIL ${name} in .*: interrupted \\(SIGINT\\): the scenario was not played to its end`);
    expect(lines.join('\n')).toMatch(verdict);
  }
  expect(stderr).toContain('interrupted (SIGINT): the rest was not played');
  expect(code).toBe(130);
  expect(await command.leftForGood()).toEqual([]);
}, 500_000);
