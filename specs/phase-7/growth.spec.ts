import { daysSince, judgeGrowth } from '../../helpers/judge/growth.ts';
import { windowBetween } from '../../helpers/judge/window.ts';
import { sinceCutover } from '../../helpers/spec/cutover.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P7.growth', async ({ migration, observe, now, ledger }) => {
  const window = windowBetween(sinceCutover(await ledger()), await now(), migration.maintenance);
  const days = daysSince(new Date(window.from), new Date(window.to));
  return judgeGrowth(await observe.rowsOfDays(days), window, migration);
});
