import { judgeDataSafe } from '../../helpers/judge/old/cleanup.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P8.data-safe', async ({ migration, observe }) => {
  const claims = await observe.oldClaims();
  return judgeDataSafe(claims, migration);
});
