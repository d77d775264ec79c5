import { stateCaptureEntry } from '../../helpers/capture/schema.ts';
import { cutoverEntry } from '../../helpers/cutover/schema.ts';
import { begunUndo } from '../../helpers/judge/begun.ts';
import { judgeRestored } from '../../helpers/judge/old/rolled-back.ts';
import { criterion } from '../../helpers/test.ts';

criterion('R.restored', async ({ row, migration, observe, ledger }) => {
  const noted = await ledger();
  const begun = begunUndo(noted.entries(cutoverEntry), row.statement);
  if ('verdict' in begun) return begun.verdict;
  const capture = noted.entries(stateCaptureEntry).at(-1);
  const [namespaces, owners, tables] = await Promise.all([
    observe.oldNamespaces(),
    observe.oldOwners(),
    observe.oldTableCounts(),
  ]);
  return judgeRestored({ namespaces, owners, tables }, capture, migration);
});
