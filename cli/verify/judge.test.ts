import { expect, test } from 'vitest';
import { criteria } from '../../specs/criteria.ts';
import { judged, ownFirst } from './judge.ts';
import { select } from './selection.ts';

test('what others are judged from is judged before the phase’s own criteria, and shown after them', () => {
  const selection = select('phase3', [], criteria);
  const phases = (all: readonly { phase: string }[]) => [...new Set(all.map(({ phase }) => phase))];
  expect(phases(judged(selection))).toEqual(['phase1', 'phase3']);
  const shown = ownFirst(judged(selection), selection);
  expect(phases(shown)).toEqual(['phase3', 'phase1']);
  expect(shown).toHaveLength(judged(selection).length);
});
