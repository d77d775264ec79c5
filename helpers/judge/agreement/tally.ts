import type { NearRow, OldSample, Value } from '../../database/observed.ts';
import type { Span } from '../window.ts';
import type { ColumnPair, Match } from './compare.ts';
import { Evenly } from './evenly.ts';
import type { BucketDifference, ColumnAgreement, DifferingPair, StreamAgreement } from './observed.ts';

export interface TallyOptions {
  readonly columns: readonly ColumnPair[];
  /** What is compared, oldest first. */
  readonly spans: readonly Span[];
  readonly bucketSeconds: number;
  /** The old system's cadence: what lies farther from a sample is not covered by it. */
  readonly everySeconds: number;
}

/** Pairs of values that are kept of each column. */
const drawnPairs = 60;

type Counted = Omit<StreamAgreement, 'stream' | 'newStream' | 'from' | 'to' | 'spans' | 'startsWith' | 'inFlightCount'>;

/**
 * Counts samples and their matches, in the order of time, bucket by bucket and column by column. What it keeps grows with
 * the buckets and not with the samples.
 */
export class Tally {
  readonly #options: TallyOptions;
  readonly #sampled: Coverage;
  readonly #compared: Coverage;
  /** Compared samples by bucket. */
  readonly #buckets = new Map<number, number>();
  /** By column: what differs, by bucket. */
  readonly #differing: Map<number, { count: number; worst: Match; sample: OldSample }>[];
  readonly #drawn = new Evenly<{ readonly sample: OldSample; readonly row: NearRow }>(drawnPairs);
  #sampleCount = 0;
  #comparedCount = 0;
  #laterMs = 0;

  constructor(options: TallyOptions) {
    this.#options = options;
    this.#sampled = new Coverage(options.spans, options.everySeconds);
    this.#compared = new Coverage(options.spans, options.everySeconds);
    this.#differing = options.columns.map(() => new Map());
  }

  /** A sample of one of the spans, and the row it was taken from; undefined when there is none near it. */
  add(sample: OldSample, match: Match | undefined): void {
    this.#sampleCount += 1;
    this.#sampled.mark(sample.timeMs);
    if (match === undefined) return;
    this.#comparedCount += 1;
    this.#compared.mark(sample.timeMs);
    this.#drawn.add({ sample, row: match.row });
    this.#laterMs += match.row.timeMs - sample.timeMs;
    const bucket = Math.floor(sample.timeMs / this.#bucketMs);
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1);
    for (const column of match.differing) {
      const known = this.#differing[column]?.get(bucket);
      if (known === undefined) this.#differing[column]?.set(bucket, { count: 1, worst: match, sample });
      else {
        known.count += 1;
        if (apart(sample, match.row, column) > apart(known.sample, known.worst.row, column)) {
          Object.assign(known, { worst: match, sample });
        }
      }
    }
  }

  /** To be called once, after the last sample. */
  result(): Counted {
    const { columns, bucketSeconds, spans } = this.#options;
    const { uncoveredSeconds, longest } = this.#compared.end();
    return {
      sampleCount: this.#sampleCount,
      comparedCount: this.#comparedCount,
      seconds: spans.reduce((sum, { from, to }) => sum + (Date.parse(to) - Date.parse(from)) / 1000, 0),
      unsampledSeconds: this.#sampled.end().uncoveredSeconds,
      uncomparedSeconds: uncoveredSeconds,
      ...(longest === undefined ? {} : { longestUncompared: longest }),
      bucketSeconds,
      bucketCount: this.#buckets.size,
      ...(this.#comparedCount === 0 ? {} : { stampedLaterSeconds: this.#laterMs / this.#comparedCount / 1000 }),
      columns: columns.map((pair, index) => this.#column(pair, index)),
    };
  }

  #column(pair: ColumnPair, index: number): ColumnAgreement {
    const buckets = [...(this.#differing[index] ?? [])].map(
      ([bucket, { count, worst, sample }]): BucketDifference => ({
        from: iso(bucket * this.#bucketMs),
        comparedCount: this.#buckets.get(bucket) ?? count,
        differingCount: count,
        worst: side(sample, worst.row, index),
      }),
    );
    return {
      old: pair.old,
      new: pair.new,
      comparedCount: this.#comparedCount,
      differingCount: buckets.reduce((sum, { differingCount }) => sum + differingCount, 0),
      ...this.#pairs(index),
      buckets,
    };
  }

  #pairs(index: number): Pick<ColumnAgreement, 'pairs'> {
    const pairs = this.#drawn.kept.flatMap(({ sample, row }) => {
      const [old, value] = [drawable(sample.values[index]), drawable(row.values[index])];
      return old === undefined || value === undefined ? [] : [[old, value] as const];
    });
    return pairs.length === 0 ? {} : { pairs };
  }

  get #bucketMs(): number {
    return this.#options.bucketSeconds * 1000;
  }
}

/** How much of some spans lies within `every` of a moment that was marked. */
class Coverage {
  readonly #spans: readonly { readonly fromMs: number; readonly toMs: number }[];
  readonly #everyMs: number;
  #span = 0;
  /** The last moment marked in the current span. */
  #lastMs: number | undefined;
  #uncoveredMs = 0;
  #longest = { fromMs: 0, toMs: 0 };

  constructor(spans: readonly Span[], everySeconds: number) {
    this.#spans = spans.map(({ from, to }) => ({ fromMs: Date.parse(from), toMs: Date.parse(to) }));
    this.#everyMs = everySeconds * 1000;
  }

  /** Moments come in order, each within a span. */
  mark(timeMs: number): void {
    while (timeMs >= (this.#current?.toMs ?? Number.POSITIVE_INFINITY)) this.#endSpan();
    this.#reach(timeMs, this.#everyMs);
    this.#lastMs = timeMs;
  }

  /** No more moments come. */
  end(): { readonly uncoveredSeconds: number; readonly longest?: Span } {
    while (this.#current !== undefined) this.#endSpan();
    const { fromMs, toMs } = this.#longest;
    return {
      uncoveredSeconds: this.#uncoveredMs / 1000,
      ...(toMs > fromMs ? { longest: { from: iso(fromMs), to: iso(toMs) } } : {}),
    };
  }

  get #current() {
    return this.#spans[this.#span];
  }

  #endSpan(): void {
    const { toMs } = this.#current ?? { toMs: 0 };
    this.#reach(toMs, 0);
    this.#span += 1;
    this.#lastMs = undefined;
  }

  /** What lies between the last moment and this one, less what either covers. */
  #reach(timeMs: number, coversBeforeMs: number): void {
    const fromMs = this.#lastMs === undefined ? (this.#current?.fromMs ?? timeMs) : this.#lastMs + this.#everyMs;
    const toMs = timeMs - coversBeforeMs;
    if (toMs <= fromMs) return;
    this.#uncoveredMs += toMs - fromMs;
    if (toMs - fromMs > this.#longest.toMs - this.#longest.fromMs) this.#longest = { fromMs, toMs };
  }
}

/** How far apart a pair lies; what cannot be subtracted lies farthest. */
function apart(sample: OldSample, row: NearRow, column: number): number {
  const [a, b] = [sample.values[column], row.values[column]];
  if (a === null || b === null || typeof a === 'string' || typeof b === 'string') return Number.POSITIVE_INFINITY;
  return Math.abs(Number(a) - Number(b));
}

/** What a drawing has a place for. */
function drawable(value: Value | undefined): number | undefined {
  return typeof value === 'number' || typeof value === 'boolean' ? Number(value) : undefined;
}

function side(sample: OldSample, row: NearRow, column: number): DifferingPair {
  return {
    ...(sample.device === undefined ? {} : { device: sample.device }),
    oldAt: iso(sample.timeMs),
    old: sample.values[column] ?? null,
    newAt: iso(row.timeMs),
    new: row.values[column] ?? null,
  };
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
