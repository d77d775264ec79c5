import { judgeFinalBackup } from '../../helpers/judge/final-backup.ts';
import { criterion } from '../../helpers/test.ts';

/** The old database may be gone by now: what was recorded of it is what counts. */
criterion('C.backup', async ({ migration, observe }) =>
  judgeFinalBackup({ backup: await observe.backup(), restored: await observe.restoredBackup() }, migration),
);
