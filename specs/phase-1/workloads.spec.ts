import { judgeWorkloads } from '../../helpers/judge/workloads.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P1.workloads', async ({ migration, readings, window }) => {
  const looks = await readings.workloads();
  return judgeWorkloads(looks, migration.new.workloads, {
    apartSeconds: migration.run.readingsApart,
    window: await window(),
  });
});
