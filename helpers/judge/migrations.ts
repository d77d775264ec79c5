import type { JobState } from '../cluster/observed.ts';
import type { Migration } from '../config/schema.ts';
import type { MigrationsState } from '../database/observed.ts';
import { databaseLook } from './look.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from './verdict.ts';
import { count, list } from './words.ts';

/**
 * P1.migrations (plan, status): schema_migrations of each new database holds every declared version, and the Job that
 * applies them succeeded, or is gone because its ttl cleaned it up. A version beyond the declared ones is told, not judged.
 */
export function judgeMigrations(
  states: Sightings<MigrationsState>,
  jobs: Sightings<JobState>,
  migration: Migration,
): Verdict {
  const databases = Object.entries(migration.new.databases);
  const findings = databases.flatMap(([name, { migrations, migrationJob, namespace }]): Finding[] => {
    const state = states.seen.find((seen) => seen.database === name);
    const job = jobs.seen.find((seen) => seen.name === migrationJob && seen.namespace === namespace);
    return [
      ...(state === undefined ? [] : [judgeVersions(name, state, migrations, migration)]),
      ...(job === undefined ? [] : [judgeJob(job)]),
    ];
  });
  const applied = databases.map(([name, { migrations }]) => `${name} ${migrations.join(', ')}`);
  return verdictOf([...findings, ...unseenFindings([...states.unseen, ...jobs.unseen])], {
    expected: `schema_migrations holds ${applied.join('; ')}; the migration Jobs succeeded, or their ttl cleaned them up`,
    pass: `${count(databases.length, 'database')} at the expected version: ${applied.join('; ')}`,
    hint: 'Run the migration Job again and read its log; correct new.databases in migration.yaml if the versions it names are not the plan’s.',
  });
}

function judgeVersions(name: string, state: MigrationsState, wanted: readonly number[], migration: Migration): Finding {
  const subject = `schema_migrations (${name})`;
  const look = databaseLook(migration, name, 'SELECT * FROM schema_migrations ORDER BY version');
  if (!state.tableExists) return { subject, verdict: 'fail', observed: 'the table does not exist', ...look };
  const versions = state.versions.map(({ version }) => version);
  const held = versions.length === 0 ? 'none' : versions.join(', ');
  const missing = wanted.filter((version) => !versions.includes(version));
  if (missing.length > 0) {
    const observed = `lacks ${missing.length === 1 ? 'version' : 'versions'} ${list(missing.map(String))}; applied: ${held}`;
    return { subject, verdict: 'fail', observed, ...look };
  }
  const beyond = versions.filter((version) => !wanted.includes(version));
  const more = beyond.length === 0 ? '' : `; ${list(beyond.map(String))} beyond what migration.yaml expects`;
  return { subject, verdict: 'pass', observed: `applied: ${held}${more}` };
}

function judgeJob(job: JobState): Finding {
  const subject = `Job ${job.namespace}/${job.name}`;
  const look = `kubectl logs -n ${job.namespace} job/${job.name}`;
  if (!job.exists) return { subject, verdict: 'pass', observed: 'gone, as after its ttl' };
  if (job.succeeded > 0) return { subject, verdict: 'pass', observed: 'succeeded' };
  const failures = count(job.failed, 'failed pod');
  if (job.active > 0) {
    return { subject, verdict: 'inconclusive', observed: `still running, ${failures}`, look };
  }
  if (job.failed > 0) return { subject, verdict: 'fail', observed: `failed: ${failures}, none succeeded`, look };
  return {
    subject,
    verdict: 'inconclusive',
    observed: 'has not begun',
    look: `kubectl describe job ${job.name} -n ${job.namespace}`,
  };
}
