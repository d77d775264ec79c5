import { judgeDuplicates } from '../../helpers/judge/duplicates.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P1.no-duplicates', async ({ migration, counts }) => {
  const { rows } = await counts();
  return judgeDuplicates(rows, migration);
});
