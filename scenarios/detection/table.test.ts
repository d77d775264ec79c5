import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { faults } from '../faults/all.ts';
import { neverGrey, neverRed } from './known-gaps.ts';
import { detectionMarkdown, detectionTables, markOf } from './table.ts';

test('docs/detection.md is current: npm run docs:detection writes it', () => {
  const written = readFileSync(new URL('../../docs/detection.md', import.meta.url), 'utf8');
  expect(written).toBe(detectionMarkdown());
});

test('no row is empty: a fault is told by a criterion of its phase, or says that no verdict changes', () => {
  const empty = detectionTables().flatMap(({ columns, faults: own }) =>
    own.filter((fault) => {
      const { expects, obstructs = [] } = fault;
      const told = columns.some((id) => markOf(fault, id) === '✖' || markOf(fault, id) === '?');
      return expects.length + obstructs.length > 0 ? !told : !/no verdict changes|is no loss/.test(fault.title);
    }),
  );
  expect(empty.map(({ name }) => name)).toEqual([]);
});

test('no column is empty, but for those that are known to be', () => {
  const marks = (id: string) => new Set(faults.map((fault) => markOf(fault, id)));
  const columns = detectionTables().flatMap((table) => table.columns);
  expect(columns.filter((id) => !marks(id).has('✖')).sort()).toEqual(neverRed.toSorted());
  expect(columns.filter((id) => !marks(id).has('?')).sort()).toEqual(neverGrey.toSorted());
});

test('every fault stands in one table', () => {
  expect(detectionTables().flatMap(({ faults: own }) => own)).toHaveLength(faults.length);
});
