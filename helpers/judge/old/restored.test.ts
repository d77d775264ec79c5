import { describe, expect, test } from 'vitest';
import type { TableNow, TableSums } from '../../backup/observed.ts';
import type { StateCapture } from '../../capture/schema.ts';
import type { NamespaceState, OwnerState } from '../../cluster/observed.ts';
import { sums, tableSums } from '../testing/backups.ts';
import { ago, migration, seen, unseen } from '../testing/samples.ts';
import { judgeRestored, nothingDeleted, type Restored } from './restored.ts';

const capture = {
  namespaces: [{ name: 'mqtt-input', uid: 'before' }],
  kustomizations: [{ namespace: 'flux-system', name: 'mqtt-input' }],
} as unknown as StateCapture;
const namespace = (change: Partial<NamespaceState> = {}) =>
  ({ name: 'mqtt-input', exists: true, uid: 'after', ...change }) as NamespaceState;
const owner = { namespace: 'flux-system', name: 'mqtt-input' } as OwnerState;
const now = (all: readonly TableSums[], isSeries = true): TableNow[] => all.map((one) => ({ ...one, isSeries }));

const judge = (change: Partial<Restored> = {}, captured: StateCapture | undefined = capture, of = migration) =>
  judgeRestored(
    {
      namespaces: seen(namespace()),
      owners: seen(owner),
      backup: { file: 'old.sql.gz', tables: sums },
      tables: seen(...now(sums)),
      ...change,
    },
    captured,
    of,
  );
/** The tables with another one in the place of its name. */
const withTable = (change: Partial<TableSums>, isSeries = true) =>
  seen(...now(sums.slice(1)), ...now([tableSums(sums[0]?.table ?? '', change)], isSeries));

test('what is back and equals the backup passes', () => {
  expect(judge()).toMatchObject({
    kind: 'pass',
    summary: '1 namespace and 1 Kustomization back, 4 tables as in the backup',
  });
});

describe('fails:', () => {
  const other = { ts: { filledCount: 2, checksum: '12' }, value: { filledCount: 1, checksum: '-4' } };
  test.each<[string, Partial<Restored>, RegExp]>([
    [
      'a namespace that is not back',
      { namespaces: seen(namespace({ exists: false })) },
      /^namespace mqtt-input: is not/,
    ],
    ['a Kustomization that is not back', { owners: seen() }, /^Kustomization flux-system\/mqtt-input: is not back/],
    ['a table that is not back', { tables: seen(...now(sums.slice(1))) }, /^old table heatpump: is not back/],
    ['fewer rows', { tables: withTable({ rowCount: 1 }) }, /^old table heatpump: 1 row restored, 2 rows recorded/],
    ['more rows', { tables: withTable({ rowCount: 3 }) }, /^old table heatpump: 3 rows restored, 2 rows recorded/],
    ['other times', { tables: withTable({ oldestAt: ago(9000) }) }, /^old table heatpump: rows from/],
    ['the same rows with other values', { tables: withTable({ columns: other }) }, /the values of value differ/],
    [
      'a table that is written over and has lost rows',
      { tables: withTable({ rowCount: 1, newestAt: ago(0) }, false) },
      /1 row restored/,
    ],
    [
      'a table that is written over and has other values, though nothing was written since',
      { tables: withTable({ columns: other }, false) },
      /the values of value differ/,
    ],
  ])('%s', (_, change, words) => {
    const verdict = judge(change);
    expect(verdict.kind).toBe('fail');
    expect(verdict.observed).toMatch(words);
  });
});

test('a table that the old system has written over since is said to be so, and holds nothing up', () => {
  const verdict = judge({ tables: withTable({ rowCount: 2, newestAt: ago(0) }, false) });
  expect(verdict.kind).toBe('pass');
  expect(verdict.findings).toContainEqual(expect.objectContaining({ subject: 'old table heatpump', quiet: true }));
});

describe('is inconclusive:', () => {
  test.each<[string, Partial<Restored>]>([
    ['no backup is known', { backup: undefined, tables: seen() }],
    ['the database was not seen', { tables: unseen('database timescaledb') }],
    ['Flux was not seen', { owners: unseen('Kustomizations') }],
    ['a namespace was not seen', { namespaces: unseen('namespace mqtt-input') }],
  ])('%s', (_, change) => expect(judge(change).kind).toBe('inconclusive'));

  test('no state was captured', () => {
    const { namespaces, owners, tables } = {
      namespaces: seen(namespace()),
      owners: seen(owner),
      tables: seen(...now(sums)),
    };
    const observed = { namespaces, owners, tables, backup: { file: 'old.sql.gz', tables: sums } };
    expect(judgeRestored(observed, undefined, migration).kind).toBe('inconclusive');
  });
});

test('where no backup is required, the namespaces and Kustomizations decide', () => {
  const without = {
    ...migration,
    backup: { ...migration.backup, required: false as const, reason: 'history is kept' },
  };
  const none: Partial<Restored> = { backup: undefined, tables: seen() };
  expect(judge(none, capture, without as typeof migration).kind).toBe('pass');
});

describe('nothing was deleted', () => {
  test('where each namespace has the UID that was captured', () => {
    expect(nothingDeleted(seen(namespace({ uid: 'before' })), capture)?.kind).toBe('not-applicable');
  });

  test.each([
    ['one is another one', seen(namespace()), capture],
    ['one is gone', seen<NamespaceState>({ name: 'mqtt-input', exists: false } as NamespaceState), capture],
    ['one was not seen', { seen: [namespace({ uid: 'before' })], unseen: unseen('namespace b').unseen }, capture],
    ['none was captured', seen(namespace({ uid: 'before' })), undefined],
  ])('is not said where %s', (_, namespaces, captured) => {
    expect(nothingDeleted(namespaces, captured)).toBeUndefined();
  });
});
