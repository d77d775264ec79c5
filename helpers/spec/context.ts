import type { Migration } from '../config/schema.ts';
import type { Counts } from '../judge/counts.ts';
import type { Sightings } from '../judge/verdict.ts';
import { type Window, windowBefore } from '../judge/window.ts';
import type { Observations } from './observations.ts';
import type { Readings } from './readings.ts';
import type { Recorder } from './recorder.ts';
import type { Run } from './run.ts';

/** What a criterion is given. Whatever it observes through this is its evidence. */
export interface CriterionContext {
  /** Scaled to the target's pace. */
  readonly migration: Migration;
  readonly observe: Observations;
  readonly readings: Readings;
  /** The API server's time. */
  now(): Promise<Date>;
  /** The run's window up to now, without planned outages. */
  window(): Promise<Window>;
  /** Records and rows over the run's window; counted once for all criteria. */
  counts(): Promise<Counts>;
}

export function criterionContext(run: Run, recorder: Recorder): CriterionContext {
  const { migration, observe, readings, now } = run;
  return {
    migration,
    now,
    observe: {
      workloads: () => recorder.observe('workloads', observe.workloads),
      jobs: () => recorder.observe('jobs', observe.jobs),
      logs: (windowSeconds, now) => recorder.observe('logs', () => observe.logs(windowSeconds, now)),
      connect: () => recorder.observe('connect', observe.connect),
      topics: () => recorder.observe('topics', observe.topics),
      groups: () => recorder.observe('groups', observe.groups),
      recordCounts: (spans) => recorder.observe('recordCounts', () => observe.recordCounts(spans)),
      // The payloads are the household's: a report shows how many were read and when they came, not what they say.
      settingsRecords: () => recorder.observe('settingsRecords', observe.settingsRecords, extent),
      rows: () => recorder.observe('rows', observe.rows),
      rowCounts: (spans) => recorder.observe('rowCounts', () => observe.rowCounts(spans)),
      settings: () => recorder.observe('settings', observe.settings),
      migrations: () => recorder.observe('migrations', observe.migrations),
      hypertables: () => recorder.observe('hypertables', observe.hypertables),
      retention: () => recorder.observe('retention', observe.retention),
    },
    readings: {
      pair: () => recorder.observe('readings', readings.pair),
      workloads: () => recorder.observe('workloads', readings.workloads),
      now: () => recorder.observe('lastReading', readings.now),
    },
    window: async () => windowBefore(await now(), migration.run.window, migration.maintenance),
    counts: () => recorder.observe('counts', run.counts),
  };
}

function extent(records: Sightings<{ readonly at: string }>): unknown {
  const times = records.seen.map(({ at }) => at).sort();
  return { unseen: records.unseen, recordCount: times.length, oldestAt: times[0], newestAt: times.at(-1) };
}
