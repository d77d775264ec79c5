import { createColors } from 'picocolors';
import { expect, test } from 'vitest';
import type { Ledger } from '../../helpers/ledger/ledger.ts';
import type { RunEntry } from '../../helpers/ledger/run-entry.ts';
import { calendarText, entriesText } from './text.ts';

const plainStyle = { colors: createColors(false), width: undefined };
const run = (at: string, phase: string, decision: RunEntry['decision'], isPartial = false): RunEntry => ({
  kind: 'run',
  at,
  startedAt: at,
  phase,
  isPartial,
  decision,
  reason: 'P1.lag fails',
  target: 'live',
  criteria: [],
  suite: '0.1.0',
  configSha256: '0123456789ab',
});
const ledgerOf = (...runs: readonly RunEntry[]): Ledger => ({
  file: 'uid.jsonl',
  tornLines: [],
  entries: ({ kind }) => (kind === 'run' ? runs : []) as never,
});

test('the calendar has every day between the first and the last, each with the worst of its decisions', () => {
  const ledger = ledgerOf(
    run('2026-11-22T03:00:00.000Z', 'phase1', 'GO'),
    run('2026-11-22T04:00:00.000Z', 'phase1', 'NO-GO'),
    run('2026-11-24T03:00:00.000Z', 'phase1', 'INCONCLUSIVE'),
    run('2026-11-24T03:00:00.000Z', 'phase3', 'GO'),
  );
  expect(calendarText(ledger, plainStyle).split('\n')).toEqual([
    'phase1  x·?',
    'phase3  ··+',
    '        2026-11-22 to 2026-11-24 (UTC); + GO, ? INCONCLUSIVE, x NO-GO',
  ]);
});

test('a run of some criteria decides no day', () => {
  expect(calendarText(ledgerOf(run('2026-11-22T03:00:00.000Z', 'phase1', 'GO', true)), plainStyle)).toBe(
    'no run was noted',
  );
});

test('the latest entries are shown, oldest first', () => {
  const ledger = ledgerOf(
    run('2026-11-22T03:00:00.000Z', 'phase1', 'GO'),
    run('2026-11-23T03:00:00.000Z', 'phase1', 'NO-GO'),
  );
  expect(entriesText(ledger, 1, plainStyle)).toBe('2026-11-23 03:00  phase1        NO-GO         P1.lag fails');
});
