import { expect, test } from 'vitest';
import { criteria } from '../../specs/criteria.ts';
import { phases } from '../phases.ts';
import { UsageError } from '../usage-error.ts';
import { select } from './selection.ts';

test('a phase selects all of its criteria, in the order of the table', () => {
  const { criteria: selected } = select('phase1', [], criteria);
  expect(selected.map(({ id }) => id)).toEqual(criteria.filter(({ phase }) => phase === 'phase1').map(({ id }) => id));
});

test('--only selects some of them', () => {
  const { criteria: selected } = select('phase1', ['P1.lag', 'P1.streams'], criteria);
  expect(selected.map(({ id }) => id)).toEqual(['P1.streams', 'P1.lag']);
});

test('every phase has criteria, and every criterion a phase', () => {
  expect([...new Set(criteria.map(({ phase }) => phase))].sort()).toEqual(phases.map(({ id }) => id).sort());
});

test('the parts that a criterion is judged from come with it, and with no other', () => {
  expect(select('phase6', ['P6.flow'], criteria).parts.map(({ id }) => id)).toEqual([
    'P1.topics-fresh',
    'P1.tables-fresh',
  ]);
  expect(select('phase6', ['P6.prune'], criteria).parts).toEqual([]);
});

test.each([
  ['an unknown criterion', 'phase1', ['P1.steams'], /no criterion "P1\.steams" in phase1; did you mean "P1\.streams"/],
  ['an unknown phase', 'phase11', [], /no phase "phase11"; did you mean "phase1"/],
])('%s is refused with what was meant', (_, phase, only, words) => {
  expect(() => select(phase, only, criteria)).toThrow(UsageError);
  expect(() => select(phase, only, criteria)).toThrow(words);
});
