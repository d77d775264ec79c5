import { stateCaptureEntry } from '../../helpers/capture/schema.ts';
import { cutoverEntry } from '../../helpers/cutover/schema.ts';
import { begunUndo } from '../../helpers/judge/begun.ts';
import { judgeRestored, nothingDeleted } from '../../helpers/judge/old/restored.ts';
import { criterion } from '../../helpers/test.ts';

criterion('R.restored', async ({ row, migration, observe, ledger }) => {
  const noted = await ledger();
  const begun = begunUndo(noted.entries(cutoverEntry), row.statement);
  if ('verdict' in begun) return begun.verdict;
  const capture = noted.entries(stateCaptureEntry).at(-1);
  const namespaces = await observe.oldNamespaces();
  const nothing = nothingDeleted(namespaces, capture);
  if (nothing) return nothing;
  const [owners, backup] = await Promise.all([observe.oldOwners(), observe.backupRecord(begun.undo.at)]);
  const tables = await observe.oldSums(backup?.tables ?? []);
  return judgeRestored({ namespaces, owners, backup, tables }, capture, migration);
});
