import { judgeAgreement } from '../../helpers/judge/agreement/agreement.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P3.agreement', async ({ observe, now, migration }) => {
  const at = await now();
  const [agreement, settings] = await Promise.all([observe.agreement(at), observe.bothSettings(at)]);
  return judgeAgreement(agreement, settings, migration);
});
