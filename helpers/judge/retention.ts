import type { HypertableConfig, Migration } from '../config/schema.ts';
import type { MigrationsState, RetentionState } from '../database/observed.ts';
import { databaseLook } from './look.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from './verdict.ts';
import { count, duration, shorten } from './words.ts';

/** A policy's job runs once a day, by TimescaleDB's default: one that is younger need not have run. */
const firstRunWithinSeconds = 24 * 3600;

/**
 * P1.retention (plan, status): each hypertable has a retention policy of exactly the declared age, its job is scheduled
 * and its last run succeeded. One that never ran is inconclusive, unless the policy is younger than a day.
 * A policy is as old as the newest migration of its database, which may have made it.
 */
export function judgeRetention(
  states: Sightings<RetentionState>,
  migrations: Sightings<MigrationsState>,
  now: Date,
  migration: Migration,
): Verdict {
  const tables = migration.new.hypertables;
  const findings = tables.flatMap((config): Finding[] => {
    const state = states.seen.find((seen) => seen.table === config.table);
    if (state === undefined) return [];
    const sql = `SELECT j.*, s.last_run_status, s.last_run_started_at, s.total_failures FROM timescaledb_information.jobs j LEFT JOIN timescaledb_information.job_stats s USING (job_id) WHERE j.hypertable_name = '${config.table}'`;
    const look = databaseLook(migration, config.database, sql);
    return [
      { subject: config.table, ...judgePolicy(state, config, policyAge(migrations, config.database, now)), ...look },
    ];
  });
  return verdictOf([...findings, ...unseenFindings(states.unseen)], {
    expected: `a retention policy of exactly ${tables.map(({ table, retention }) => `${duration(retention)} on ${table}`).join(', ')}, its job scheduled, its last run successful`,
    pass: `${count(findings.length, 'policy', 'policies')} of the declared age, last runs successful`,
    hint: 'Set the policy anew (remove_retention_policy, add_retention_policy), or run its job by hand and read its error: CALL run_job(ID).',
  });
}

function judgePolicy(
  state: RetentionState,
  config: HypertableConfig,
  madeSecondsAgo: number | undefined,
): Pick<Finding, 'verdict' | 'observed' | 'since'> {
  const wanted = duration(config.retention);
  if (state.dropAfterSeconds === undefined) {
    if (state.dropAfterText === undefined)
      return { verdict: 'fail', observed: `no retention policy, ${wanted} wanted` };
    return {
      verdict: 'inconclusive',
      observed: `drops after ${state.dropAfterText}, which could not be read as a duration`,
    };
  }
  const age = duration(state.dropAfterSeconds);
  if (state.dropAfterSeconds !== config.retention) {
    return { verdict: 'fail', observed: `drops after ${age}, ${wanted} wanted` };
  }
  if (state.scheduled === false) return { verdict: 'fail', observed: `drops after ${age}, but its job is disabled` };
  if (state.scheduled === undefined)
    return { verdict: 'inconclusive', observed: 'whether its job is enabled could not be told' };
  if (state.lastRunStatus === 'Success') {
    return {
      verdict: 'pass',
      observed: `drops after ${age}; last run${state.lastRunAt === undefined ? '' : ` at ${state.lastRunAt}`} successful`,
    };
  }
  if (state.lastRunStatus !== undefined) {
    const error = state.lastError === undefined ? '' : `: ${shorten(state.lastError)}`;
    const failures = state.totalFailures === undefined ? '' : `, ${count(state.totalFailures, 'failure')} so far`;
    return {
      verdict: 'fail',
      observed: `its last run ended ${state.lastRunStatus}${failures}${error}`,
      ...(state.lastRunAt === undefined ? {} : { since: state.lastRunAt }),
    };
  }
  if (madeSecondsAgo !== undefined && madeSecondsAgo < firstRunWithinSeconds) {
    return {
      verdict: 'pass',
      observed: `drops after ${age}; made ${duration(madeSecondsAgo)} ago, first run still to come`,
    };
  }
  return { verdict: 'inconclusive', observed: `drops after ${age}, but its job never ran` };
}

/** Seconds since the newest migration of a database was applied; undefined where that is not known. */
function policyAge(migrations: Sightings<MigrationsState>, database: string, now: Date): number | undefined {
  const versions = migrations.seen.find((state) => state.database === database)?.versions ?? [];
  const applied = versions.map(({ appliedAt }) => Date.parse(appliedAt)).filter((at) => !Number.isNaN(at));
  return applied.length === 0 ? undefined : (now.getTime() - Math.max(...applied)) / 1000;
}
