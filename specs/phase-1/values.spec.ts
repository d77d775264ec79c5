import { judgeValues } from '../../helpers/judge/values.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P1.values', async ({ migration, counts }) => {
  const { rows } = await counts();
  return judgeValues(rows, migration);
});
