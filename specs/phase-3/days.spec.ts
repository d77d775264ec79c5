import { judgeDays } from '../../helpers/judge/days.ts';
import { notApplicable } from '../../helpers/judge/verdict.ts';
import { dayRuns } from '../../helpers/spec/daily.ts';
import { criterion } from '../../helpers/test.ts';

/** The plan's 7 to 14 days: what was before them is not what runs now. */
const longestDays = 14;

criterion('P3.days', async (context) => {
  const { migration, ledger, row } = context;
  if (migration.plan.option === 'B') return notApplicable(row.statement, `option B: ${migration.plan.reason}`);
  const now = await context.now();
  const runs = dayRuns(await ledger(), 'phase3', context, now);
  const earliest = new Date(now.getTime() - (longestDays - 1) * 86_400_000).toISOString();
  const from = runs.map(({ at }) => at).find((at) => at >= earliest);
  return judgeDays(runs, { id: row.id, needed: migration.plan.parallelDays, from, now });
});
