import { judgeAlerts } from '../../helpers/judge/alerts.ts';
import { rulesBehind } from '../../helpers/judge/rules-behind.ts';
import { criterion } from '../../helpers/test.ts';

criterion('PM.alerts', async ({ migration, observe }) => {
  const rules = await observe.rules();
  const behind = rulesBehind(migration.prometheus?.alerts ?? [], rules.seen);
  return judgeAlerts(rules, await observe.series(behind), migration);
});
