import { countedGaps, judgeContinuity } from '../../helpers/judge/continuity.ts';
import { windowBetween } from '../../helpers/judge/window.ts';
import { attributed } from '../../helpers/spec/attributed.ts';
import { sinceCutover } from '../../helpers/spec/cutover.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P7.continuity', async ({ migration, observe, now, ledger }) => {
  const end = await now();
  const window = windowBetween(sinceCutover(await ledger()), end, migration.maintenance);
  const observed = await observe.gaps(window);
  const gaps = countedGaps(observed.seen, migration);
  return judgeContinuity(observed, await attributed(gaps, observe, migration, end), window, migration);
});
