import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { forTarget } from './for-target.ts';
import { ConfigError, parseMigration } from './load.ts';

const shipped = readFileSync(fileURLToPath(new URL('../../migration.yaml', import.meta.url)), 'utf8');
const withTarget = (lines: string) =>
  parseMigration(shipped.replace('\ntargets:\n', `\ntargets:\n${lines}`), 'migration.yaml');
const second = (credentials: string) =>
  withTarget(
    `  second: { kind: live, context: other, timeScale: 1, kubeconfig: ~/.kube/second, credentials: ${credentials} }\n`,
  );

test('a target’s own credentials come before those for all, one by one', () => {
  const migration = second('{ telemetry: { env: { username: SECOND_USERNAME, password: SECOND_PASSWORD } } }');
  const { credentials } = forTarget(migration, migration.targets.second ?? {});
  expect(credentials.telemetry).toEqual({ env: { username: 'SECOND_USERNAME', password: 'SECOND_PASSWORD' } });
  expect(credentials.mqtt).toEqual(migration.credentials.mqtt);
  expect(forTarget(migration, migration.targets.live ?? {})).toEqual(migration);
});

test('credentials that nothing uses are a mistake in their name', () => {
  const broken = () => second('{ telemetri: { env: { username: A, password: B } } }');
  expect(broken).toThrow(ConfigError);
  expect(broken).toThrow(
    /targets\.second\.credentials\.telemetri: "telemetri" is not known; did you mean "telemetry"\?/,
  );
});
