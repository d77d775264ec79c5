import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCommand } from '../../cli/testing/command.ts';
import type { ScenarioRecord } from './record.ts';

let out: string;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'played-'));
});
afterAll(() => rm(out, { recursive: true, force: true }));

test('a scenario passes, leaves its replica as it was and a timeline of what flowed', async () => {
  const command = ['scenarios/stuck-namespace.ts', '--out', out];
  const { code, stdout, stderr } = await startCommand(command, { withinSeconds: 240 }).ended;
  expect(stdout + stderr).toContain('PASS stuck-namespace');
  expect(stdout).toMatch(/is as it was: \d+ objects and row sources, no fault planted/);
  expect(code).toBe(0);
  const text = await readFile(join(out, 'stuck-namespace', 'scenario.json'), 'utf8');
  const record: ScenarioRecord = JSON.parse(text);
  expect(record.steps.every(({ passed }) => passed)).toBe(true);
  expect(record.flows.find(({ stream }) => stream === 'energy')?.rowsAtMs.length).toBeGreaterThan(5);
  expect(await readFile(join(out, 'stuck-namespace', 'index.html'), 'utf8')).toContain('<svg');
}, 300_000);
