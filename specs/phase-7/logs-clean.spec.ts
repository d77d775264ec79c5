import { judgeLogPeriod } from '../../helpers/judge/log-period.ts';
import { sinceCutover } from '../../helpers/spec/cutover.ts';
import { logsSinceLastRun, runsOf } from '../../helpers/spec/daily.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P7.logs-clean', async (context) => {
  const noted = await context.ledger();
  const from = sinceCutover(noted);
  const { verdict, counted } = await logsSinceLastRun(context, 'phase7', from);
  const earlier = runsOf(noted, 'phase7').flatMap(({ logErrors }) => logErrors ?? []);
  const since = earlier.filter(({ to }) => to > from.toISOString());
  return judgeLogPeriod(verdict, [...since, counted], { from, to: new Date(counted.to) }, context.migration);
});
