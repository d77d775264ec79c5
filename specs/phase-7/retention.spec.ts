import { judgeReach } from '../../helpers/judge/reach.ts';
import { sinceCutover } from '../../helpers/spec/cutover.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P7.retention', async ({ migration, observe, ledger }) => {
  const cutover = sinceCutover(await ledger());
  const [spans, policies] = await Promise.all([observe.storedSpans(), observe.retention()]);
  return judgeReach(spans, policies, cutover, migration);
});
