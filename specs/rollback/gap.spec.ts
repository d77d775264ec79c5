import { cutoverEntry } from '../../helpers/cutover/schema.ts';
import { begunUndo } from '../../helpers/judge/begun.ts';
import { judgeGap } from '../../helpers/judge/old/rolled-back.ts';
import { criterion } from '../../helpers/test.ts';

criterion('R.gap', async ({ row, observe, ledger }) => {
  const noted = await ledger();
  const begun = begunUndo(noted.entries(cutoverEntry), row.statement);
  if ('verdict' in begun) return begun.verdict;
  const { undo, cutover } = begun;
  const from = new Date((cutover ?? undo).at);
  const [old, rows] = await Promise.all([observe.oldGaps(from, new Date(undo.at)), observe.rows()]);
  return judgeGap({ old, rows }, undo);
});
