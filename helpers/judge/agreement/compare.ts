import type { Tolerance } from '../../config/sections/old-streams.ts';
import type { NearRow, OldSample, Value } from '../../database/observed.ts';

/** A column of both systems. */
export interface ColumnPair {
  readonly old: string;
  readonly new: string;
  readonly tolerance: Tolerance;
}

/** An old sample and the message that it most likely was taken from. */
export interface Match {
  readonly row: NearRow;
  /** Indexes of the columns in which they differ. */
  readonly differing: readonly number[];
}

/** What floating point may be off by, of a number's size: a value at the very edge of its tolerance lies within it. */
const epsilon = 1e-9;

/**
 * Whether an old and a new value agree: numbers, and booleans as 0 and 1, within the tolerance; text when it is equal; no
 * value in the old system only with no value in the new.
 */
export function agrees(old: Value, value: Value, { absolute, relative, rounding }: Tolerance): boolean {
  if (old === null || value === null) return old === value;
  if (typeof old === 'string' || typeof value === 'string') return String(old) === String(value);
  const [a, b] = [Number(old), Number(value)];
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b);
  if (a === b) return true;
  const allowed = absolute + relative * Math.abs(a) + rounding / 2;
  return Math.abs(a - b) <= allowed + epsilon * Math.max(1, Math.abs(a), Math.abs(b));
}

/**
 * The row that differs from the sample in the fewest columns, of those the nearest in time; undefined without any. A sample
 * is a copy of one message: if that message is among the rows, this finds it, though two clocks stamped them.
 */
export function bestMatch(
  sample: OldSample,
  rows: readonly NearRow[],
  columns: readonly ColumnPair[],
): Match | undefined {
  let best: Match | undefined;
  for (const row of rows) {
    const differing = columns.flatMap(({ tolerance }, index) =>
      agrees(sample.values[index] ?? null, row.values[index] ?? null, tolerance) ? [] : [index],
    );
    if (best === undefined || isBetter({ row, differing }, best, sample)) best = { row, differing };
  }
  return best;
}

function isBetter(match: Match, than: Match, { timeMs }: OldSample): boolean {
  if (match.differing.length !== than.differing.length) return match.differing.length < than.differing.length;
  return Math.abs(match.row.timeMs - timeMs) < Math.abs(than.row.timeMs - timeMs);
}
