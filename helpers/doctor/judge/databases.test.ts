import { describe, expect, test } from 'vitest';
import type { DatabaseRole, DatabaseSight, TableAccess } from '../observed.ts';
import { databaseSight, seen, tableAccess, unseen } from '../testing/samples.ts';
import { databaseFindings } from './databases.ts';

const findings = (change: Partial<DatabaseSight> = {}, name = 'telemetry') =>
  databaseFindings({ databases: [databaseSight(name, change)] });
const lines = (change: Partial<DatabaseSight> = {}) =>
  findings(change).map(({ level, text, fix }) => [level, text, fix]);
const good = ['ok', 'lets verifier in, who may read 4 of 4 tables', undefined];

function withRole(change: Partial<DatabaseRole>) {
  const role = { name: 'verifier', attributes: [], isMonitor: true, powers: [], writable: [], creates: [], ...change };
  return lines({ role: seen(role) });
}

function withTable(change: Partial<TableAccess> & { schema?: string }) {
  const { schema, ...access } = { ...tableAccess('energy_consumption'), ...change };
  return lines({ tables: seen([schema === '' ? access : { ...access, schema: schema ?? 'public' }]) }).slice(1);
}

test('one that lets the role read what it needs, and no more, is one line', () => {
  expect(lines()).toEqual([good]);
});

test('one that refuses the role says so, and nothing else', () => {
  const login = unseen(
    'database telemetry on timescaledb/timescaledb:5432: password authentication failed for user "verifier"',
    { kind: 'unauthorized', hint: 'check the credentials' },
  );
  expect(findings({ login })).toEqual([
    {
      group: 'databases',
      level: 'unseen',
      subject: 'telemetry on timescaledb/timescaledb:5432',
      text: 'password authentication failed for user "verifier"',
      fix: 'check the credentials',
    },
  ]);
});

test("the old system's may be gone, but not closed", () => {
  const gone = unseen('Service heatpump-mqtt/timescaledb:5432 does not exist', { kind: 'no-ready-pod' });
  expect(findings({ login: gone }, 'old')).toMatchObject([{ level: 'warning' }]);
  expect(findings({ login: unseen('refused', { kind: 'unauthorized' }) }, 'old')).toMatchObject([{ level: 'unseen' }]);
});

test('a question without an answer hides no other', () => {
  const role = unseen('the role in database telemetry on timescaledb/timescaledb:5432: no answer within 6 s');
  expect(lines({ role })).toEqual([good, ['unseen', 'no answer within 6 s', undefined]]);
});

describe('a role that can do less than it should', () => {
  test('has no pg_monitor', () => {
    expect(withRole({ isMonitor: false })).toEqual([
      good,
      ['unseen', expect.stringContaining('no member of pg_monitor'), 'GRANT pg_monitor TO verifier;'],
    ]);
  });

  test('may not read a table, or not use its schema', () => {
    expect(withTable({ maySelect: false })).toEqual([
      [
        'unseen',
        'verifier may not read table energy_consumption',
        'GRANT SELECT ON public.energy_consumption TO verifier;',
      ],
    ]);
    expect(withTable({ mayUseSchema: false, schema: 'energy' })).toEqual([
      [
        'unseen',
        'verifier may not use schema energy, which holds energy_consumption',
        'GRANT USAGE ON SCHEMA energy TO verifier;',
      ],
    ]);
  });

  test('is shown no rows of a table, without a word', () => {
    expect(withTable({ rowsHidden: true })).toMatchObject([
      [
        'unseen',
        'row security hides rows of table energy_consumption from verifier',
        expect.stringMatching(/^CREATE POLICY/),
      ],
    ]);
  });

  test('looks for a table that is not there: near names are given', () => {
    expect(
      withTable({ schema: '', mayUseSchema: false, maySelect: false, foundInstead: ['energy_consumptions'] }),
    ).toEqual([
      ['unseen', 'table energy_consumption does not exist; found instead: energy_consumptions', expect.any(String)],
    ]);
  });
});

describe('a role that can do more than it should', () => {
  test.each<[Partial<DatabaseRole>, string, string]>([
    [{ attributes: ['SUPERUSER'], writable: ['public.settings'] }, 'verifier is a superuser', 'give verify a role'],
    [{ attributes: ['CREATEROLE'] }, 'has more than it needs: CREATEROLE', 'ALTER ROLE verifier NOCREATEROLE;'],
    [{ powers: ['pg_write_all_data'] }, 'member of pg_write_all_data', 'REVOKE pg_write_all_data FROM verifier;'],
    [
      { writable: ['public.settings'] },
      'it may write to public.settings',
      'REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON public.settings FROM verifier;',
    ],
    [
      { creates: ['public'] },
      'create objects in schema public',
      'REVOKE CREATE ON SCHEMA public FROM verifier, PUBLIC;',
    ],
  ])('%j is pointed out, once', (change, text, fix) => {
    expect(withRole(change)).toEqual([good, ['warning', expect.stringContaining(text), expect.stringContaining(fix)]]);
  });
});

describe('TimescaleDB', () => {
  const version = (timescale?: { version: string; edition: 'Apache' | 'community' }) =>
    seen({ postgres: '16.4', ...(timescale === undefined ? {} : { timescale }) });

  test('is missed where there are hypertables, and only there', () => {
    expect(lines({ version: version() })).toMatchObject([
      good,
      ['warning', expect.stringContaining('not installed'), 'CREATE EXTENSION timescaledb;'],
    ]);
    expect(findings({ version: version() }, 'settings')).toHaveLength(1);
  });

  test('of the Apache edition has no retention policies', () => {
    expect(lines({ version: version({ version: '2.19.3', edition: 'Apache' }) })[1]?.[1]).toMatch(/Apache edition/);
  });
});
