import { stateCaptureEntry } from '../../helpers/capture/schema.ts';
import { cutoverEntry } from '../../helpers/cutover/schema.ts';
import { begunUndo } from '../../helpers/judge/begun.ts';
import { judgeOldRuns } from '../../helpers/judge/old/rolled-back.ts';
import { criterion } from '../../helpers/test.ts';

criterion('R.old-runs', async ({ row, migration, observe, ledger }) => {
  const noted = await ledger();
  const begun = begunUndo(noted.entries(cutoverEntry), row.statement);
  if ('verdict' in begun) return begun.verdict;
  const workloads = await observe.oldWorkloads();
  return judgeOldRuns(workloads, noted.entries(stateCaptureEntry).at(-1), migration);
});
