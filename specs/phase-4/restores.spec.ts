import { judgeRestore } from '../../helpers/judge/restore.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P4.restores', async ({ migration, observe }) =>
  judgeRestore(await observe.backup(), await observe.restoredBackup(), migration),
);
