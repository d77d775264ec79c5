import { judgeHypertables } from '../../helpers/judge/hypertables.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P1.hypertables', async ({ migration, observe }) => {
  const tables = await observe.hypertables();
  return judgeHypertables(tables, migration);
});
