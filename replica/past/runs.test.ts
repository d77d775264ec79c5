import { expect, test } from 'vitest';
import { daysOf } from '../../helpers/judge/days.ts';
import type { RunEntry } from '../../helpers/ledger/run-entry.ts';
import { criteria } from '../../specs/criteria.ts';
import { historyStates } from '../embedded/history/state.ts';
import { pastRuns } from './runs.ts';

const figures = { sizes: [{ database: 'telemetry', sizeBytes: 1000 }] };
const covered = (phase: string, runs: readonly RunEntry[], nowMs: number) => {
  const own = runs.filter((run) => run.phase === phase);
  const asked = { id: phase.replace('phase', 'P').concat('.days'), from: own[0]?.at, now: new Date(nowMs) };
  return daysOf(
    own.map(({ at, criteria }) => ({ at, criteria })),
    asked,
  ).filter(({ state }) => state === 'covered');
};

// At any time of the day: seven nights lie on seven days.
test.each([0, 1, 2, 5, 12, 22, 23])('at %i o’clock the past before the cutover has seven days of phase 3', (hour) => {
  const nowMs = Date.UTC(2026, 10, 24, hour, 30);
  const runs = pastRuns({ state: 'before-phase5', nowMs, timeScale: 30 }, figures);
  expect(covered('phase3', runs, nowMs)).toHaveLength(7);
  expect(runs.at(-1)).toMatchObject({ decision: 'GO', isMade: true });
  expect(runs.every(({ at }) => Date.parse(at) < nowMs)).toBe(true);
});

test.each([0, 1, 2, 5, 12, 22, 23])('at %i o’clock the week after the cutover has seven days of phase 7', (hour) => {
  const nowMs = Date.UTC(2026, 10, 24, hour, 30);
  for (const state of ['after-phase7', 'after-phase8'] as const) {
    const runs = pastRuns({ state, nowMs, timeScale: 30 }, figures);
    expect(covered('phase7', runs, nowMs)).toHaveLength(7);
    expect(runs.filter(({ phase }) => phase === 'phase7').at(-1)).toMatchObject({ decision: 'GO' });
  }
});

test.each(historyStates)('%s: the runs grow in time, and their logs leave no hole', (state) => {
  const runs = pastRuns({ state, nowMs: Date.UTC(2026, 10, 24, 3, 30), timeScale: 30 }, figures);
  const times = runs.map(({ at }) => at);
  expect(times).toEqual(times.toSorted());
  const nightly = runs.filter(({ phase }) => phase === 'phase7').map(({ logErrors }) => logErrors);
  expect(nightly.slice(1).map((counted) => counted?.from)).toEqual(nightly.slice(0, -1).map((counted) => counted?.to));
});

test('a night judges what the phase has to judge', () => {
  const [first] = pastRuns({ state: 'before-phase5', nowMs: Date.now(), timeScale: 30 }, figures);
  expect(first?.criteria.map(({ id }) => id)).toEqual(
    criteria.filter(({ phase }) => phase === 'phase3').map(({ id }) => id),
  );
});
