import { expect, test } from 'vitest';
import type { Ledger } from '../../helpers/ledger/ledger.ts';
import { phasesReached } from './phases-reached.ts';

const cutover = (action: 'cutover' | 'undo', at: string) => ({ kind: 'cutover', action, at });
const go = (phase: string, at: string, isPartial = false) => ({ kind: 'run', phase, at, isPartial, decision: 'GO' });
const ledgerOf = (...entries: readonly { kind: string }[]): Ledger => ({
  file: '',
  tornLines: [],
  entries: ({ kind }) => entries.filter((entry) => entry.kind === kind) as never,
});
const [day1, day2, day3] = ['2026-11-22T03:00:00Z', '2026-11-23T03:00:00Z', '2026-11-24T03:00:00Z'];

test.each<[string, Ledger, readonly string[]]>([
  ['before the cutover', ledgerOf(), ['phase1', 'phase2', 'phase3']],
  ['just cut over', ledgerOf(cutover('cutover', day1)), ['phase5', 'phase6', 'phase7']],
  ['cut over, phase 5 done', ledgerOf(cutover('cutover', day1), go('phase5', day2)), ['phase6', 'phase7']],
  [
    'a part of phase 5 done',
    ledgerOf(cutover('cutover', day1), go('phase5', day2, true)),
    ['phase5', 'phase6', 'phase7'],
  ],
  [
    'phase 5 done before the cutover',
    ledgerOf(go('phase5', day1), cutover('cutover', day2)),
    ['phase5', 'phase6', 'phase7'],
  ],
  ['cleaned up', ledgerOf(cutover('cutover', day1), go('phase8', day2)), ['phase8', 'complete', 'post']],
  ['rolled back', ledgerOf(cutover('cutover', day1), cutover('undo', day3)), ['phase1', 'phase2', 'rollback']],
])('%s', (_, ledger, phases) => {
  expect(phasesReached(ledger, 'A')).toEqual(phases);
});

test('without parallel operation there is no phase 3', () => {
  expect(phasesReached(ledgerOf(), 'B')).toEqual(['phase1', 'phase2']);
});
