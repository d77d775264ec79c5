import { cutoverEntry } from '../../helpers/cutover/schema.ts';
import { begunCutover } from '../../helpers/judge/begun.ts';
import { judgeRollbackReady } from '../../helpers/judge/old/rollback-ready.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P5.rollback-ready', async ({ row, migration, ledger, observe }) => {
  const begun = begunCutover((await ledger()).entries(cutoverEntry), row.statement);
  if ('verdict' in begun) return begun.verdict;
  const [templates, needs, claims, images] = await Promise.all([
    observe.oldTemplates(),
    observe.oldNeeds(),
    observe.oldClaims(),
    observe.nodeImages(),
  ]);
  return judgeRollbackReady({ templates, needs, claims, images }, migration);
});
