import { judgeWorkloads } from '../../helpers/judge/workloads.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P1.workloads', async ({ migration, observe }) => {
  const workloads = await observe.workloads();
  return judgeWorkloads(workloads, migration.new.workloads);
});
