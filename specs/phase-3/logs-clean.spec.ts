import { logsSinceLastRun } from '../../helpers/spec/daily.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P3.logs-clean', async (context) => {
  const { verdict } = await logsSinceLastRun(context, 'phase3');
  return verdict;
});
