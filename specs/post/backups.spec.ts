import { judgeBackupJobs } from '../../helpers/judge/backup-jobs.ts';
import { criterion } from '../../helpers/test.ts';

criterion('PM.backups', async ({ migration, observe, now }) =>
  judgeBackupJobs(await observe.backupJobs(), await observe.artefacts(), migration, await now()),
);
