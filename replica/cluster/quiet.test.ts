import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadMigration } from '../../helpers/config/load.ts';
import { secondsUntilQuiet } from './quiet.ts';

const migration = loadMigration(join(import.meta.dirname, '..', '..', 'migration.yaml'));
const made = Date.parse('2026-11-28T13:00:00Z');
const left = (timeScale: number, passed: number) =>
  secondsUntilQuiet({ nowMs: made, timeScale }, migration, new Date(made + passed * 1000));

test('what was logged while the databases were made is waited out as far as the window reaches', () => {
  expect(migration.run.window).toBe(3600);
  expect(left(30, 0)).toBe(120);
  expect(left(30, 100)).toBe(20);
});

test('what lies behind the window already is not waited for', () => {
  expect(left(30, 121)).toBe(0);
});

test('nobody waits for an hour', () => {
  expect(left(1, 0)).toBe(0);
});
