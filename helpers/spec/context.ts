import type { CriterionRow } from '../../specs/criteria/row.ts';
import type { Migration } from '../config/schema.ts';
import type { CriterionResult } from '../evidence/meta.ts';
import type { Counts } from '../judge/counts.ts';
import type { Sightings } from '../judge/verdict.ts';
import { type Window, windowBefore } from '../judge/window.ts';
import { ledgerExtent } from '../ledger/extent.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Observations } from './observations.ts';
import type { Readings } from './readings.ts';
import { recorded } from './recorded.ts';
import type { Recorder } from './recorder.ts';
import type { Run } from './run.ts';

/** What a criterion is given. Whatever it observes through this is its evidence. */
export interface CriterionContext {
  /** The criterion's own row of the table. */
  readonly row: CriterionRow;
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
  /** What was noted of this target before: runs, captures, backups. */
  ledger(): Promise<Ledger>;
  /** Keeps as evidence what was made of observations, for the ledger and the report. */
  note(name: string, figure: unknown): void;
  /** The UID of the namespace kube-system, by which a cluster is known. */
  clusterUid(): Promise<string>;
  /** What this run has decided so far, in the order of the table: of the criterion's parts, and of its own phase. */
  decided(): readonly CriterionResult[];
}

export function criterionContext(run: Run, row: CriterionRow, recorder: Recorder): CriterionContext {
  const { migration, observe, readings, now } = run;
  return {
    row,
    migration,
    now,
    // The payloads are the household's: a report shows how many were read and when they came, not what they say.
    observe: recorded(recorder, observe, { settingsRecords: settingsExtent }),
    readings: {
      pair: () => recorder.observe('readings', readings.pair),
      workloads: () => recorder.observe('workloads', readings.workloads),
      now: () => recorder.observe('lastReading', readings.now),
    },
    window: async () => windowBefore(await now(), migration.run.window, migration.maintenance),
    counts: () => recorder.observe('counts', run.counts),
    ledger: () => recorder.observe('ledger', run.ledger, ledgerExtent),
    note: (name, figure) => recorder.note(name, figure),
    clusterUid: () => recorder.observe('clusterUid', run.clusterUid),
    decided: () => [...run.decided],
  };
}

function settingsExtent(records: Sightings<{ readonly at: string }>): unknown {
  const times = records.seen.map(({ at }) => at).sort();
  return { unseen: records.unseen, recordCount: times.length, oldestAt: times[0], newestAt: times.at(-1) };
}
