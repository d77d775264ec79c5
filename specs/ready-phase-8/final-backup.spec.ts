import { judgeFinalBackup } from '../../helpers/judge/final-backup.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P8.final-backup', async ({ migration, observe }) =>
  judgeFinalBackup(
    { backup: await observe.backup(), restored: await observe.restoredBackup(), now: await observe.oldNewest() },
    migration,
  ),
);
