import { beginningOf, countedGaps, judgeContinuity } from '../../helpers/judge/continuity.ts';
import { windowBefore, windowBetween } from '../../helpers/judge/window.ts';
import { attributed } from '../../helpers/spec/attributed.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P3.continuity', async ({ migration, observe, now }) => {
  const { plan } = migration;
  const end = await now();
  const asked = plan.option === 'A' ? plan.parallelDays : plan.observationDays;
  const days = windowBefore(end, asked * 86_400, migration.maintenance);
  const observed = await observe.gaps(days);
  // A system that is younger than the days asked for is judged from its first row on: P3.days counts the days.
  const since = beginningOf(observed.seen) ?? days.from;
  const window = since > days.from ? windowBetween(new Date(since), end, migration.maintenance) : days;
  const gaps = countedGaps(observed.seen, migration, { since: window.from });
  return judgeContinuity(observed, await attributed(gaps, observe, migration, end), window, migration);
});
