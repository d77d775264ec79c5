import type { Value } from '../../database/observed.ts';
import type { Span } from '../window.ts';

/** What the comparison of an old stream with the new one came to. */
export interface StreamAgreement {
  /** The old stream's name. */
  readonly stream: string;
  readonly newStream: string;
  /** What was compared: from where both systems hold rows, up to what may be in flight. */
  readonly from: string;
  readonly to: string;
  readonly spans: readonly Span[];
  /** Where the comparison begins later than asked for: whose rows begin there. */
  readonly startsWith?: 'old' | 'new';
  readonly sampleCount: number;
  /** Samples that have a message in the new system. */
  readonly comparedCount: number;
  /** Samples younger than what is compared. */
  readonly inFlightCount: number;
  /** Of what is compared, without planned outages. */
  readonly seconds: number;
  /** Of these: farther from a sample than the old system's cadence, and from one that has a message in the new. */
  readonly unsampledSeconds: number;
  readonly uncomparedSeconds: number;
  /** The longest stretch without a compared sample. */
  readonly longestUncompared?: Span;
  readonly bucketSeconds: number;
  readonly bucketCount: number;
  /** By how much new rows are stamped later than the samples taken from the same message, on average. */
  readonly stampedLaterSeconds?: number;
  readonly columns: readonly ColumnAgreement[];
}

export interface ColumnAgreement {
  readonly old: string;
  readonly new: string;
  readonly comparedCount: number;
  readonly differingCount: number;
  /** Old and new values of some compared samples, spread evenly over all, booleans as 0 and 1: for a drawing. */
  readonly pairs?: readonly (readonly [old: number, value: number])[];
  /** Buckets in which something differs, oldest first. */
  readonly buckets: readonly BucketDifference[];
}

export interface BucketDifference {
  readonly from: string;
  readonly comparedCount: number;
  readonly differingCount: number;
  /** The pair that lies farthest apart. */
  readonly worst: DifferingPair;
}

export interface DifferingPair {
  readonly device?: string;
  readonly oldAt: string;
  readonly old: Value;
  readonly newAt: string;
  readonly new: Value;
}
