import { cutoverEntry } from '../../helpers/cutover/schema.ts';
import { begunUndo } from '../../helpers/judge/begun.ts';
import { judgeNewStopped } from '../../helpers/judge/old/rolled-back.ts';
import { criterion } from '../../helpers/test.ts';

criterion('R.new-stopped', async ({ row, migration, observe, ledger }) => {
  const noted = await ledger();
  const begun = begunUndo(noted.entries(cutoverEntry), row.statement);
  if ('verdict' in begun) return begun.verdict;
  const workloads = await observe.workloads();
  return judgeNewStopped(workloads, begun.undo, migration);
});
