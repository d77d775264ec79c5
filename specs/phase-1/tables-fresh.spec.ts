import { judgeTablesFresh } from '../../helpers/judge/freshness.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P1.tables-fresh', async ({ migration, observe }) => {
  const rows = await observe.rows();
  return judgeTablesFresh(rows, migration);
});
