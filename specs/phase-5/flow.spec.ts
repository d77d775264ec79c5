import { judgeFlow } from '../../helpers/judge/accounting/flow.ts';
import { lastCutover } from '../../helpers/spec/cutover.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P5.flow', async ({ observe, ledger, now, migration }) => {
  const cutover = lastCutover(await ledger());
  const flows = await observe.flows(new Date(cutover.doneAt ?? cutover.at), await now());
  return judgeFlow(flows, migration);
});
