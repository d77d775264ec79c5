import { judgeColumns } from '../../helpers/judge/agreement/columns.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P3.columns', async ({ observe, migration }) => {
  const [old, current] = await Promise.all([observe.oldTables(), observe.newTables()]);
  return judgeColumns(old, current, migration);
});
