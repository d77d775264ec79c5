import { cutoverEntry } from '../../helpers/cutover/schema.ts';
import { begunCutover } from '../../helpers/judge/begun.ts';
import { judgeWatchedStreams } from '../../helpers/judge/old/watched.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P5.streams', async ({ row, migration, ledger, watch }) => {
  const begun = begunCutover((await ledger()).entries(cutoverEntry), row.statement);
  if ('verdict' in begun) return begun.verdict;
  return judgeWatchedStreams(await watch(), migration);
});
