import type { RunEntry } from '../../helpers/ledger/run-entry.ts';
import { criteria } from '../../specs/criteria.ts';
import { cutoverMs, type HistoryOf } from '../embedded/history/state.ts';

type Figures = Pick<RunEntry, 'memory' | 'sizes'>;

const dayMs = 86_400_000;
/** How many nights each phase of observation has had. */
const nights = 7;
/** What a database grows by a day, as a share. */
const growth = 0.01;

/**
 * The nightly runs that a replica's past had, oldest first: phase 3's up to the cutover, or up to now, phase 7's since.
 * Everything held, and figures were about what they are now. Each says of itself that it was made.
 */
export function pastRuns(of: HistoryOf, now: Figures): RunEntry[] {
  const cutAtMs = of.state === 'rolled-back' ? of.nowMs : (cutoverMs(of) ?? of.nowMs);
  const before = Array.from({ length: nights }, (_, index) => cutAtMs - (nights - index) * dayMs + dayMs / 24);
  const since = Array.from({ length: nights }, (_, index) => cutAtMs + (index + 1) * dayMs);
  return [
    ...before.map((atMs, index) => night('phase3', atMs, atMs - dayMs, index + 1, of, now)),
    ...since
      .filter((atMs) => atMs < of.nowMs)
      .map((atMs, index) => night('phase7', atMs, atMs - dayMs, index + 1, of, now)),
  ];
}

function night(
  phase: 'phase3' | 'phase7',
  atMs: number,
  fromMs: number,
  day: number,
  { nowMs }: HistoryOf,
  { memory, sizes }: Figures,
): RunEntry {
  const at = new Date(atMs).toISOString();
  const isLast = day >= nights;
  const daysAgo = (nowMs - atMs) / dayMs;
  return {
    kind: 'run',
    at,
    startedAt: new Date(atMs - 10_000).toISOString(),
    phase,
    isPartial: false,
    isMade: true,
    decision: isLast ? 'GO' : 'INCONCLUSIVE',
    reason: isLast ? 'all criteria that gate hold' : `${phase === 'phase3' ? 'P3' : 'P7'}.days could not be decided`,
    target: 'embedded',
    criteria: criteria
      .filter((criterion) => criterion.phase === phase)
      .map(({ id, gates }) => ({
        id,
        gates,
        verdict: id.endsWith('.days') && !isLast ? 'inconclusive' : 'pass',
        summary: 'as the replica’s past was made',
      })),
    logErrors: { from: new Date(fromMs).toISOString(), to: at, errors: 0 },
    ...(memory === undefined ? {} : { memory }),
    ...(sizes === undefined
      ? {}
      : { sizes: sizes.map((size) => ({ ...size, sizeBytes: Math.round(size.sizeBytes * (1 - growth * daysAgo)) })) }),
    suite: 'made with the replica',
    configSha256: '',
  };
}
