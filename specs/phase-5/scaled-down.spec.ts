import { cutoverEntry } from '../../helpers/cutover/schema.ts';
import { begunCutover } from '../../helpers/judge/begun.ts';
import { judgeScaledDown } from '../../helpers/judge/old/down.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P5.scaled-down', async ({ row, migration, ledger, observe }) => {
  const begun = begunCutover((await ledger()).entries(cutoverEntry), row.statement);
  if ('verdict' in begun) return begun.verdict;
  const workloads = await observe.oldWorkloads();
  return judgeScaledDown(workloads, migration);
});
