import { stateCaptureEntry } from '../../helpers/capture/schema.ts';
import { cutoverEntry } from '../../helpers/cutover/schema.ts';
import { begunUndo } from '../../helpers/judge/begun.ts';
import { judgeOldFlows } from '../../helpers/judge/old/rolled-back.ts';
import { criterion } from '../../helpers/test.ts';

criterion('R.old-flows', async ({ row, migration, observe, ledger }) => {
  const noted = await ledger();
  const begun = begunUndo(noted.entries(cutoverEntry), row.statement);
  if ('verdict' in begun) return begun.verdict;
  const [topics, tables] = await Promise.all([observe.oldTopics(), observe.oldTableStates()]);
  const capture = noted.entries(stateCaptureEntry).at(-1);
  return judgeOldFlows({ topics, tables }, begun.undo, capture, migration.run.window);
});
