import { judgeRestarts } from '../../helpers/judge/restarts.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P1.restarts', async ({ observe, window }) => {
  const workloads = await observe.workloads();
  return judgeRestarts(workloads, await window());
});
