import { judgeLogs } from '../../helpers/judge/logs.ts';
import { windowBefore } from '../../helpers/judge/window.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P1.logs-clean', async ({ migration, observe, now }) => {
  const at = await now();
  const logs = await observe.logs(migration.run.window, at);
  const until = await now(); // entries that came while the logs were read count too
  const window = windowBefore(
    until,
    (until.getTime() - at.getTime()) / 1000 + migration.run.window,
    migration.maintenance,
  );
  return judgeLogs(logs, window, migration);
});
