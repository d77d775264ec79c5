import { createColors } from 'picocolors';
import { describe, expect, test } from 'vitest';
import type { Sights } from '../../helpers/doctor/observed.ts';
import { examination, kafkaSight, seen, sights } from '../../helpers/doctor/testing/samples.ts';
import { doctorResult, exitCode } from './result.ts';
import { doctorText } from './text.ts';

const suite = { suite: '0.1.0', node: 'v24.21.0', config: 'migration.yaml', configSha256: '0'.repeat(12) };
const target = { name: 'live', kind: 'live', rehearsal: false, timeScale: 1, context: 'homelab' } as const;
const result = (change: Partial<Sights> = {}) => doctorResult(target, examination(change), suite, 60);
const plain = { colors: createColors(false), width: undefined };

const withoutLogs = {
  permissions: sights().permissions.map(({ need }) => ({ need, allowed: seen(need.resource !== 'pods/log') })),
};

test('exit code 0 when all can be seen, warnings or not, and 2 when something cannot', () => {
  expect(exitCode(result())).toBe(0);
  expect(exitCode(result({ mayDoAll: seen(true) }))).toBe(0);
  expect(exitCode(result(withoutLogs))).toBe(2);
});

describe('without colours', () => {
  test('a group has its title, a finding its sign and a word, and what to do is beneath', () => {
    const text = doctorText(result(withoutLogs), plain);
    expect(text).toMatch(/^What verify can see on target live \(context homelab\)\n\nCluster\n {2}✔ API server: /);
    expect(text).toMatch(
      /\n\nPermissions\n {2}✔ permissions: \d+ of the \d+ that verify needs are granted\n {2}✖ cannot see: permission: may not get pods\/log in /,
    );
    expect(text).toContain(
      '\n      fix in a Role in each of these namespaces: - { apiGroups: [""], resources: [pods/log], verbs: [get] }\n',
    );
    expect(text).toMatch(/\n\n1 thing cannot be seen \(1\.2 s\)$/);
  });

  test('what is to be minded says so in words', () => {
    const text = doctorText(result({ mayDoAll: seen(true) }), plain);
    expect(text).toContain('\n  ! mind: permissions: this user may do everything');
    expect(text).toMatch(/All that verify needs can be seen, 1 to mind \(1\.2 s\)$/);
  });

  test('there is no escape sequence', () => {
    expect(JSON.stringify(doctorText(result(withoutLogs), plain))).not.toContain('\\u001b');
  });
});

test('a replica is told from a cluster', () => {
  const rehearsal = { ...result(), target: { ...target, rehearsal: true } };
  expect(doctorText(rehearsal, plain)).toContain('\nREHEARSAL, NOT YOUR CLUSTER\n');
});

test('lines are wrapped to a terminal, but never what is copied', () => {
  const topics = seen<readonly string[]>([]);
  const text = doctorText(result({ ...withoutLogs, kafka: kafkaSight({ topics }) }), { ...plain, width: 60 });
  const lines = text.split('\n').filter((line) => !line.startsWith('      fix') && !line.startsWith('What verify'));
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
  expect(text).toContain('resources: [pods/log], verbs: [get] }\n');
});
