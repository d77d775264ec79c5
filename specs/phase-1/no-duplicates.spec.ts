import { judgeDuplicates } from '../../helpers/judge/duplicates.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P1.no-duplicates', async ({ migration, observe, window }) => {
  const { spans } = await window();
  const rows = await observe.rowCounts(spans);
  return judgeDuplicates(rows, migration);
});
