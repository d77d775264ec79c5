import { benchAgreement } from './bench/agreement.ts';
import { benchContinuity } from './bench/continuity.ts';

/**
 * `BENCH_DSN=postgres://… npm run bench:database`: times what grows with a database on a real TimescaleDB, with generated
 * rows, in a database of its own that is dropped afterwards. A report, never a test: the machine decides the figures.
 */
const dsn = process.env.BENCH_DSN;
const rows = Number(process.env.BENCH_ROWS ?? 10_000_000);
const runs = Number(process.env.BENCH_RUNS ?? 5);

if (dsn === undefined) {
  console.error(
    'BENCH_DSN names no server: postgres://user:password@host:5432/postgres, a role that may create databases',
  );
  process.exit(64);
}

console.log(`Medians of ${runs} runs (lowest to highest), Node ${process.version}, at ${new URL(dsn).host}\n`);
if (wanted('continuity')) await benchContinuity(dsn, { rows, times });
if (wanted('agreement')) await benchAgreement(dsn, { rows, times });

/** `BENCH_ONLY=agreement` leaves out the others. */
function wanted(name: string): boolean {
  return (process.env.BENCH_ONLY ?? name) === name;
}

/** Seconds that each run took; the first, which fills the caches, is not among them. */
async function times(work: () => Promise<unknown>): Promise<number[]> {
  const results: number[] = [];
  for (let run = 0; run <= runs; run += 1) {
    const began = performance.now();
    await work();
    if (run > 0) results.push((performance.now() - began) / 1000);
  }
  return results;
}
