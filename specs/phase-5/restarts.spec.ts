import { cutoverEntry } from '../../helpers/cutover/schema.ts';
import { begunCutover } from '../../helpers/judge/begun.ts';
import { judgeWatchedRestarts } from '../../helpers/judge/old/watched.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P5.restarts', async ({ row, migration, ledger, watch }) => {
  const begun = begunCutover((await ledger()).entries(cutoverEntry), row.statement);
  if ('verdict' in begun) return begun.verdict;
  return judgeWatchedRestarts(await watch(), migration);
});
