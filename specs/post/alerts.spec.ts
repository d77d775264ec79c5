import { judgeAlerts } from '../../helpers/judge/alerts.ts';
import { criterion } from '../../helpers/test.ts';

criterion('PM.alerts', async ({ migration, observe }) => {
  const rules = await observe.rules();
  return judgeAlerts(rules, await observe.series(rules.seen), migration);
});
