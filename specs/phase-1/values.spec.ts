import { judgeValues } from '../../helpers/judge/values.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P1.values', async ({ migration, observe, window }) => {
  const { spans } = await window();
  const rows = await observe.rowCounts(spans);
  return judgeValues(rows, migration);
});
