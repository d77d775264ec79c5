import { judgeBackup } from '../../helpers/judge/backup.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P4.backup', async ({ migration, observe, now }) =>
  judgeBackup(await observe.backup(), migration, await now()),
);
