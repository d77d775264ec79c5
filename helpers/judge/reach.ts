import type { HypertableConfig, Migration } from '../config/schema.ts';
import type { RetentionState, StoredSpan } from '../database/observed.ts';
import { databaseLook } from './look.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from './verdict.ts';
import { count, duration, shorten } from './words.ts';

type Judged = Pick<Finding, 'verdict' | 'observed' | 'since'>;

/** What is known of each table's first row ever. */
export interface FirstRows {
  /** The oldest rows that were seen before the cutover, as the state was captured. */
  readonly captured: readonly {
    readonly database: string;
    readonly table: string;
    readonly oldestAt?: string | undefined;
  }[];
  /** By then every table had rows for certain: what is gone by where none was captured. */
  readonly cutoverAt: string;
}

/**
 * P7.retention (plan 7.2 "check old data exists"): a table's oldest row is no younger than the later of its first row ever
 * and now less the policy's age; nothing is older than that age, a chunk and the job's interval together, since chunks are
 * dropped whole and only when the job runs; and its last run succeeded. The first row ever is the oldest one that the
 * captured state holds: of what was gone before that nobody can tell.
 */
export function judgeReach(
  spans: Sightings<StoredSpan>,
  policies: Sightings<RetentionState>,
  first: FirstRows,
  migration: Migration,
): Verdict {
  const tables = migration.new.hypertables;
  const findings = tables.flatMap((config): Finding[] => {
    const span = spans.seen.find(({ table }) => table === config.table);
    const policy = policies.seen.find(({ table }) => table === config.table);
    if (span === undefined || policy === undefined) return [];
    const sql = `SELECT min(${config.timeColumn}) FROM ${config.table}`;
    const look = databaseLook(migration, config.database, sql);
    const judged = [judgeOldest(span, policy, firstRow(first, config), patience(config, migration)), judgeJob(policy)];
    return judged.map((one) => ({ subject: config.table, ...one, ...look }));
  });
  return verdictOf([...findings, ...unseenFindings([...spans.unseen, ...policies.unseen])], {
    expected: `the oldest row as old as the oldest that was captured before the cutover, unless the policy may have dropped it; none older than the policy's age, a chunk and the job's interval; the job's last run successful`,
    pass: `${count(tables.length, 'table')}, ${oldestWords(spans.seen)}nothing gone too early, nothing overdue`,
    hint: 'Rows that are gone too early: compare the policy with what was declared (P1.retention), and ask who deletes. Rows that stay: read the job’s error, then CALL run_job(ID).',
  });
}

interface FirstRow {
  readonly at: string;
  /** `the oldest row captured before the cutover`: what it is known by. */
  readonly by: string;
}

function firstRow({ captured, cutoverAt }: FirstRows, { database, table }: HypertableConfig): FirstRow {
  const oldestAt = captured.find((one) => one.database === database && one.table === table)?.oldestAt;
  if (oldestAt === undefined) return { at: cutoverAt, by: 'the cutover, since no older row of it was captured' };
  return { at: oldestAt, by: 'the oldest row captured before the cutover' };
}

/** `oldest row 8 d old, `, of all tables; nothing where none has a row. */
function oldestWords(spans: readonly StoredSpan[]): string {
  const ages = spans.flatMap(({ oldestAt, databaseNow }) =>
    oldestAt === undefined ? [] : secondsBetween(oldestAt, databaseNow),
  );
  return ages.length === 0 ? '' : `oldest row ${duration(Math.max(...ages))} old, `;
}

/** Rows come no further apart than a stream of the table may pause. */
function patience({ database, table }: HypertableConfig, migration: Migration): number {
  const own = Object.values(migration.new.streams).filter(
    ({ rows }) => rows.database === database && rows.table === table,
  );
  return Math.max(0, ...own.map(({ maxGap }) => maxGap));
}

function judgeOldest(span: StoredSpan, policy: RetentionState, first: FirstRow, patienceSeconds: number): Judged {
  const { oldestAt, databaseNow, chunkSeconds, jobEverySeconds } = span;
  if (oldestAt === undefined)
    return { verdict: 'fail', observed: `holds no row, though rows came at ${first.at} (${first.by})` };
  const age = policy.dropAfterSeconds;
  if (age === undefined) return { verdict: 'fail', observed: 'no retention policy: its rows stay for ever' };
  const oldest = secondsBetween(oldestAt, databaseNow);
  const words = `oldest row of ${oldestAt}, ${duration(oldest)} old`;
  const due = Math.min(age, secondsBetween(first.at, databaseNow));
  if (oldest < due - patienceSeconds) {
    return {
      verdict: 'fail',
      observed: `${words}: rows of ${duration(due - oldest)} before it are gone before their time, by ${due === age ? 'the policy’s age' : first.by}`,
      since: oldestAt,
    };
  }
  if (oldest <= age) return { verdict: 'pass', observed: `${words}, kept for ${duration(age)}` };
  if (chunkSeconds === undefined || jobEverySeconds === undefined) {
    return {
      verdict: 'inconclusive',
      observed: `${words}, kept for ${duration(age)}; how long a chunk is, or how often the job runs, could not be told`,
    };
  }
  const longest = age + chunkSeconds + jobEverySeconds;
  const allowed = `${duration(age)} and ${duration(chunkSeconds + jobEverySeconds)} of chunk and job`;
  if (oldest > longest)
    return { verdict: 'fail', observed: `${words}, where ${allowed} are the longest`, since: oldestAt };
  return { verdict: 'pass', observed: `${words}, within ${allowed}` };
}

function judgeJob({ lastRunStatus, lastRunAt, lastError, dropAfterSeconds }: RetentionState): Judged {
  if (lastRunStatus === 'Success')
    return {
      verdict: 'pass',
      observed: `the job's last run${lastRunAt === undefined ? '' : ` at ${lastRunAt}`} was successful`,
    };
  if (lastRunStatus !== undefined) {
    const error = lastError === undefined ? '' : `: ${shorten(lastError)}`;
    return {
      verdict: 'fail',
      observed: `the job's last run ended ${lastRunStatus}${error}`,
      ...(lastRunAt === undefined ? {} : { since: lastRunAt }),
    };
  }
  if (dropAfterSeconds === undefined) return { verdict: 'fail', observed: 'there is no job that drops rows' };
  return { verdict: 'inconclusive', observed: 'the job has not run yet' };
}

function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}
