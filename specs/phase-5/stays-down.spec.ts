import { cutoverEntry } from '../../helpers/cutover/schema.ts';
import { begunCutover } from '../../helpers/judge/begun.ts';
import { judgeStaysDown } from '../../helpers/judge/old/down.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P5.stays-down', async ({ row, migration, ledger, watch }) => {
  const begun = begunCutover((await ledger()).entries(cutoverEntry), row.statement);
  if ('verdict' in begun) return begun.verdict;
  return judgeStaysDown(await watch(), migration);
});
