import { describe, expect, test } from 'vitest';
import type { TableColumns } from '../../database/observed.ts';
import { migration, seen, unseen } from '../testing/samples.ts';
import { judgeColumns, type NewTables } from './columns.ts';

const { streams, settings } = migration.old;
if (settings === undefined) throw new Error('migration.yaml declares no old settings');

/** The old database as migration.yaml says it is. */
const asDeclared: TableColumns[] = [
  ...Object.values(streams).map(({ table, time, device, columns }) => ({
    schema: 'public',
    table,
    columns: [time, ...(device === undefined ? [] : [device]), ...Object.keys(columns)],
  })),
  {
    schema: 'public',
    table: settings.table,
    columns: [settings.device, settings.updated ?? '', ...Object.keys(settings.columns)],
  },
];

function counterparts(columns: (typeof streams)[string]['columns']): string[] {
  return Object.values(columns).flatMap(({ column }) => column ?? []);
}

const current: NewTables[] = [
  {
    database: 'telemetry',
    tables: Object.values(streams).flatMap(({ new: name, columns }) => {
      const table = migration.new.streams[name ?? '']?.rows.table;
      return table === undefined ? [] : [{ schema: 'public', table, columns: counterparts(columns) }];
    }),
  },
  {
    database: 'settings',
    tables: [{ schema: 'public', table: migration.new.settings.table, columns: counterparts(settings.columns) }],
  },
];

const judge = (old: readonly TableColumns[], of = current) => judgeColumns(seen(...old), seen(...of), migration);

const changed = (table: string, change: (columns: readonly string[]) => string[]) =>
  asDeclared.map((one) => (one.table === table ? { ...one, columns: change(one.columns) } : one));

test('passes, and tells what was dropped and why', () => {
  const verdict = judge(asDeclared);
  expect(verdict.kind, verdict.observed).toBe('pass');
  expect(verdict.summary).toBe('4 old tables, 43 columns accounted for, 3 dropped');
  expect(verdict.observed).toContain('circulation_pump (the house has none)');
  expect(verdict.observed).toContain('telemetry: dropped as a whole: the room sensors were replaced');
});

describe('fails', () => {
  test('for a column that migration.yaml forgets', () => {
    const verdict = judge(changed('heatpump', (columns) => [...columns, 'defrost_count']));
    expect(verdict.kind).toBe('fail');
    expect(verdict.observed).toBe(
      'heatpump.defrost_count: has no counterpart in the new system, and migration.yaml does not say that it is dropped',
    );
  });

  test('for a table that no stream fills', () => {
    const verdict = judge([...asDeclared, { schema: 'public', table: 'water', columns: ['ts', 'litres'] }]);
    expect(verdict.observed).toContain(
      'water: no stream of migration.yaml fills this table; its columns: ts and litres',
    );
    const told = { ...migration, old: { ...migration.old, droppedTables: { water: 'the meter is gone' } } };
    const old = seen(...asDeclared, { schema: 'public', table: 'water', columns: ['ts', 'litres'] });
    expect(judgeColumns(old, seen(...current), told).kind).toBe('pass');
  });

  test('for a counterpart that is not there', () => {
    const without = current.map(({ database, tables }) => ({
      database,
      tables: tables.map((table) => ({
        ...table,
        columns: table.columns.filter((name) => name !== 'active_power_l1'),
      })),
    }));
    expect(judge(asDeclared, without).observed).toContain(
      'energy.consumption_l1_actual_w: its counterpart energy_consumption.active_power_l1 is not there',
    );
  });

  test('for an old column or table that is not there', () => {
    expect(judge(changed('energy', (columns) => columns.slice(0, -1))).observed).toContain(
      'energy.production_total_actual_w: the old table has no such column',
    );
    expect(judge(asDeclared.filter(({ table }) => table !== 'energy')).observed).toContain(
      'energy: the old database has no such table; found instead: ',
    );
  });
});

test('is inconclusive when a database cannot be read', () => {
  expect(judgeColumns(unseen('the old database'), seen(...current), migration).kind).toBe('inconclusive');
  expect(judgeColumns(seen(...asDeclared), unseen('database telemetry'), migration).kind).toBe('inconclusive');
});
