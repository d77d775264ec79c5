import { judgeReach } from '../../helpers/judge/reach.ts';
import { captureOf, lastCutover } from '../../helpers/spec/cutover.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P7.retention', async ({ migration, observe, ledger }) => {
  const noted = await ledger();
  const cutover = lastCutover(noted);
  const captured = captureOf(cutover, noted).tables.filter(({ system }) => system === 'new');
  const [spans, policies] = await Promise.all([observe.storedSpans(), observe.retention()]);
  return judgeReach(spans, policies, { captured, cutoverAt: cutover.at }, migration);
});
