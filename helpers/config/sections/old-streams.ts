import { z } from 'zod';
import { duration } from '../duration.ts';

const name = z.string().min(1);

/**
 * How far an old and a new value may lie apart: `absolute + relative · |old| + rounding / 2`, where `rounding` is the step
 * to which the new system rounds. Without any they have to be equal.
 */
const tolerance = z.strictObject({
  absolute: z.number().nonnegative().default(0),
  relative: z.number().min(0).max(1).default(0),
  rounding: z.number().nonnegative().default(0),
});

/** What became of an old column. */
const column = z
  .strictObject({ column: name.optional(), tolerance: tolerance.prefault({}), dropped: name.optional() })
  .refine((it) => (it.column === undefined) !== (it.dropped === undefined), {
    message: 'either column: its name in the new table, or dropped: the reason why it has none',
  });

/** Names that differ, old: new. */
const devices = z.record(name, name).default({});

const stream = z
  .strictObject({
    topic: name,
    table: name,
    time: name,
    /** The column that says whose row it is; none where the old table does not tell. */
    device: name.optional(),
    /** Column values that tell this stream's rows from others in a shared table. */
    where: z.record(name, z.string()).default({}),
    /** The old system keeps at least one sample in this time. */
    every: duration,
    freshness: duration,
    /** The stream of the new system that holds the same messages. */
    new: name.optional(),
    /** Why the new system has no such stream. */
    dropped: name.optional(),
    devices,
    columns: z.record(name, column).default({}),
  })
  .refine((it) => (it.new === undefined) !== (it.dropped === undefined), {
    message: 'either new: the stream that corresponds to it, or dropped: the reason why none does',
  });

/** The old settings: one row a device, as the new system's. */
const settings = z.strictObject({
  topic: name,
  table: name,
  device: name,
  /** When the row changed last: each system has its own, so it is not compared. */
  updated: name.optional(),
  freshness: duration,
  devices,
  columns: z.record(name, column),
});

/** Keys of `old`. */
export const oldStreams = {
  streams: z.record(name, stream).default({}),
  settings: settings.optional(),
  /** Tables of the old database that no stream fills, and why the new system needs none like them. */
  droppedTables: z.record(name, name).default({}),
};

/** How old and new are compared. */
export const agreementSection = z
  .strictObject({
    window: duration.prefault('7d'),
    bucket: duration.prefault('15m'),
    /** A sample's message was stamped this much earlier or later at most. */
    within: duration.prefault('30s'),
    /** Of a bucket's samples, and of all, at least this share has to agree in each column. */
    share: z.number().min(0).max(1).default(0.9),
    /** Of the time, by the cadence of the old system, at least this share has to be compared. */
    coverage: z.number().min(0).max(1).default(0.95),
    /** What is younger may be under way still. */
    inFlight: duration.prefault('1m'),
  })
  .prefault({});

export type OldStreamConfig = z.output<typeof stream>;
export type OldSettingsConfig = z.output<typeof settings>;
export type OldColumn = z.output<typeof column>;
export type Tolerance = z.output<typeof tolerance>;
