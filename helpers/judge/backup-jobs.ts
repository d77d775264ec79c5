import type { ArtefactSight, BackupJobState } from '../backup/observed.ts';
import type { Migration } from '../config/schema.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from './verdict.ts';
import { age, count, duration, foundInstead } from './words.ts';

type Judged = Pick<Finding, 'verdict' | 'observed' | 'hint' | 'since'>;

/**
 * PM.backups: each CronJob that backs up a new database succeeded within its limit, is not suspended, its newest Job did not
 * fail, and what it made last restores. Where migration.yaml says why that cannot be had, it is shown and not judged.
 */
export function judgeBackupJobs(
  jobs: Sightings<BackupJobState>,
  artefacts: Sightings<ArtefactSight>,
  migration: Migration,
  now: Date,
): Verdict {
  const findings = migration.backup.cronJobs.flatMap(({ namespace, name, maxAge }): Finding[] => {
    const job = jobs.seen.find((one) => one.namespace === namespace && one.name === name);
    const artefact = artefacts.seen.find((one) => one.namespace === namespace && one.name === name);
    return [
      ...(job === undefined ? [] : judgeJob(job, maxAge, now)),
      ...(artefact === undefined ? [] : [judgeArtefact(artefact)]),
    ].map((judged) => ({
      subject: `${namespace}/${name}`,
      look: `kubectl get cronjob,job -n ${namespace}`,
      ...judged,
    }));
  });
  const unavailable = artefacts.seen.filter((one) => one.unavailable !== undefined).length;
  const restored = artefacts.seen.length - unavailable;
  return verdictOf([...findings, ...unseenFindings([...jobs.unseen, ...artefacts.unseen])], {
    expected: 'each backup CronJob of the new databases succeeded within its limit, and what it made last restores',
    pass: `${count(jobs.seen.length, 'CronJob')} succeeded; ${restored} of ${count(artefacts.seen.length, 'dump')} restored${unavailable > 0 ? `, ${unavailable} cannot be had from here` : ''}`,
    hint: 'Read the log of its newest Job; without a backup the next loss of the volume is for good.',
  });
}

function judgeJob(job: BackupJobState, maxAge: number, now: Date): Judged[] {
  if (!job.exists) return [fail(`the CronJob does not exist${foundInstead(job.foundInstead)}`)];
  const { lastSuccessAt, lastJob } = job;
  const since = lastSuccessAt === undefined ? {} : { since: lastSuccessAt };
  const sinceSuccess = lastSuccessAt === undefined ? undefined : (now.getTime() - Date.parse(lastSuccessAt)) / 1000;
  const last = sinceSuccess === undefined ? 'it never succeeded' : `its last success is ${age(sinceSuccess)}`;
  const wrong = [
    ...(job.isSuspended ? [fail(`it is suspended; ${last}`)] : []),
    ...(lastJob?.outcome === 'failed' ? [fail(`its newest Job ${lastJob.name} failed; ${last}`)] : []),
    ...(sinceSuccess === undefined || sinceSuccess > maxAge ? [fail(`${last}, limit ${duration(maxAge)}`)] : []),
  ].map((judged) => ({ ...judged, ...since }));
  return wrong.length > 0 ? wrong : [{ verdict: 'pass', observed: last }];
}

function judgeArtefact({ unavailable, facts, outcome }: ArtefactSight): Judged {
  if (unavailable !== undefined) {
    return { verdict: 'pass', observed: `its dump was not looked at: ${unavailable}` };
  }
  if (facts === undefined) return { verdict: 'inconclusive', observed: 'its newest dump was not had' };
  if (facts.isEmpty) return fail('its newest dump is empty');
  if (facts.broken !== undefined)
    return fail(`its newest dump is ${facts.broken.how === 'cut' ? 'truncated' : 'corrupt'}: ${facts.broken.words}`);
  if (!facts.isComplete) return fail('its newest dump is truncated: its last line does not say that it is complete');
  if (outcome?.failed !== undefined) return fail(`its newest dump does not restore: ${outcome.failed}`);
  const rows = outcome?.tables?.reduce((sum, { rowCount }) => sum + rowCount, 0) ?? 0;
  if (rows === 0) return fail('its newest dump restores into a database without a row');
  return { verdict: 'pass', observed: `its newest dump restores: ${count(rows, 'row')}` };
}

function fail(observed: string): Judged {
  return { verdict: 'fail', observed };
}
