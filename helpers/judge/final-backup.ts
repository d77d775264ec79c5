import type { BackupSight, RestoreSight, TableSums } from '../backup/observed.ts';
import type { Migration } from '../config/schema.ts';
import { backupFindings, none } from './backup.ts';
import { restoreFindings } from './restore.ts';
import { type Finding, notApplicable, type Sightings, unseenFindings, type Verdict, verdictOf } from './verdict.ts';
import { count } from './words.ts';

/**
 * P8.final-backup and C.backup: a whole backup that restores, whatever its age; where the old database is looked at, taken
 * after its last row: no table has a newer row now than the backup has.
 */
export function judgeFinalBackup(
  observed: {
    readonly backup: BackupSight;
    readonly restored: RestoreSight;
    readonly now?: Sightings<Pick<TableSums, 'table' | 'newestAt'>>;
  },
  migration: Migration,
): Verdict {
  const expected = `a whole backup that restores${observed.now ? ', taken after the old system’s last row' : ''}`;
  if (!migration.backup.required) return notApplicable(expected, `no backup is required: ${migration.backup.reason}`);
  const { backup, restored, now } = observed;
  const nothing = { seen: [], unseen: [] };
  if (backup.found === undefined) return none(backup, expected);
  const whole = backupFindings(backup.found, migration);
  const isWhole = whole.every(({ verdict }) => verdict === 'pass');
  return verdictOf(
    [
      ...whole,
      ...(isWhole ? restoreFindings(backup, restored) : []),
      ...(isWhole ? afterTheLast(restored.expected ?? [], now ?? nothing) : []),
      ...unseenFindings((now ?? nothing).unseen),
    ],
    {
      expected,
      pass: now ? `whole, restored, and no row since in ${count(now.seen.length, 'table')}` : 'whole, and it restores',
      hint: 'Take the final backup: npm run backup. Delete nothing before this holds.',
    },
  );
}

function afterTheLast(
  recorded: readonly TableSums[],
  now: Sightings<Pick<TableSums, 'table' | 'newestAt'>>,
): Finding[] {
  return now.seen.map(({ table, newestAt }) => {
    const then = recorded.find((one) => one.table === table);
    const subject = `the last row of ${table}`;
    if (then === undefined) return { subject, verdict: 'fail', observed: 'the backup does not have this table' };
    const isNewer = newestAt !== undefined && (then.newestAt === undefined || newestAt > then.newestAt);
    return isNewer
      ? {
          subject,
          verdict: 'fail',
          since: newestAt,
          observed: `of ${newestAt}; ${then.newestAt === undefined ? 'the backup has none' : `the backup’s is of ${then.newestAt}`}`,
        }
      : {
          subject,
          verdict: 'pass',
          observed: newestAt === undefined ? 'there is none' : `of ${newestAt}, in the backup`,
        };
  });
}
