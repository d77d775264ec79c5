import { judgeDays } from '../../helpers/judge/days.ts';
import { sinceCutover } from '../../helpers/spec/cutover.ts';
import { dayRuns } from '../../helpers/spec/daily.ts';
import { criterion } from '../../helpers/test.ts';

/** When the plan looks (7.2). */
const milestones = [1, 3, 5, 7];

criterion('P7.days', async (context) => {
  const { migration, ledger, row } = context;
  const noted = await ledger();
  const from = sinceCutover(noted);
  const now = await context.now();
  const runs = dayRuns(noted, 'phase7', context, now).filter(({ at }) => at >= from.toISOString());
  const { observationDays: needed } = migration.plan;
  return judgeDays(runs, { id: row.id, needed, from: runs[0]?.at, now, milestones });
});
