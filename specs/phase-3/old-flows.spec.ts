import { setTimeout as sleep } from 'node:timers/promises';
import { judgeOldFlows } from '../../helpers/judge/agreement/old-flows.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P3.old-flows', async ({ observe, migration }) => {
  const first = await observe.oldReading();
  await sleep(migration.run.readingsApart * 1000);
  return judgeOldFlows(first, await observe.oldReading(), migration);
});
