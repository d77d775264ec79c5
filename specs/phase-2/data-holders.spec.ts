import { judgeDataHolders } from '../../helpers/judge/old/data-holders.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P2.data-holders', async ({ migration, observe }) => {
  const [claims, tables] = await Promise.all([observe.oldClaims(), observe.oldTableStates()]);
  return judgeDataHolders(claims, tables, migration);
});
