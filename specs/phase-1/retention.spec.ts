import { judgeRetention } from '../../helpers/judge/retention.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P1.retention', async ({ migration, observe, now }) => {
  const [policies, versions] = await Promise.all([observe.retention(), observe.migrations()]);
  return judgeRetention(policies, versions, await now(), migration);
});
