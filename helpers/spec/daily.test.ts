import { expect, test } from 'vitest';
import type { CriterionResult } from '../evidence/meta.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { RunEntry } from '../ledger/run-entry.ts';
import { dayRuns, earlierUsage, runsOf } from './daily.ts';

const now = new Date('2026-11-24T03:00:00Z');
const run = (at: string, phase: string, parts: Partial<RunEntry> = {}): RunEntry => ({
  kind: 'run',
  at,
  startedAt: at,
  phase,
  isPartial: false,
  decision: 'GO',
  reason: '',
  target: 'live',
  criteria: [{ id: 'P3.health', gates: true, verdict: 'pass', summary: '' }],
  suite: '',
  configSha256: '',
  ...parts,
});
const ledgerOf = (...runs: readonly RunEntry[]): Ledger => ({ file: '', tornLines: [], entries: () => runs as never });
const counted = { from: '2026-11-22T03:00:00Z', to: '2026-11-23T03:00:00Z', errors: 0 };

test('runs of some criteria, and of other phases, are no runs of the phase', () => {
  const ledger = ledgerOf(
    run('2026-11-22T03:00:00Z', 'phase3'),
    run('2026-11-23T03:00:00Z', 'phase3', { isPartial: true }),
    run('2026-11-23T04:00:00Z', 'phase1'),
  );
  expect(runsOf(ledger, 'phase3').map(({ at }) => at)).toEqual(['2026-11-22T03:00:00Z']);
});

test('this run is the last of the days, with what it has decided of its own phase and since when its logs reach', () => {
  const own = {
    id: 'P3.logs-clean',
    phase: 'phase3',
    gates: true,
    verdict: { kind: 'pass' },
    evidence: { logErrors: { ...counted, from: '2026-11-23T03:00:00Z' } },
  };
  const part = { id: 'P1.lag', phase: 'phase1', gates: true, verdict: { kind: 'fail' }, evidence: {} };
  const decided = () => [part, own] as unknown as CriterionResult[];
  const runs = dayRuns(
    ledgerOf(run('2026-11-23T03:00:00Z', 'phase3', { logErrors: counted })),
    'phase3',
    { decided },
    now,
  );
  expect(runs).toEqual([
    {
      at: '2026-11-23T03:00:00Z',
      criteria: [expect.objectContaining({ id: 'P3.health' })],
      coversFrom: '2026-11-22T03:00:00Z',
    },
    {
      at: '2026-11-24T03:00:00.000Z',
      criteria: [{ id: 'P3.logs-clean', gates: true, verdict: 'pass' }],
      coversFrom: '2026-11-23T03:00:00Z',
    },
  ]);
});

test('usage is taken from every phase that observes it', () => {
  const sizes = [{ database: 'telemetry', sizeBytes: 1 }];
  const ledger = ledgerOf(
    run('2026-11-22T03:00:00Z', 'phase3', { sizes }),
    run('2026-11-23T03:00:00Z', 'phase7', { sizes }),
  );
  expect(earlierUsage(ledger, ['phase3', 'phase7']).map(({ at }) => at)).toEqual([
    '2026-11-22T03:00:00Z',
    '2026-11-23T03:00:00Z',
  ]);
});
