import { judgeDataKept } from '../../helpers/judge/old/cleanup.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P8.data-kept', async ({ migration, observe }) => {
  const [workloads, claims] = await Promise.all([observe.oldWorkloads(), observe.oldClaims()]);
  return judgeDataKept({ workloads, claims }, migration);
});
