import { judgeRollbackReady } from '../../helpers/judge/old/rollback-ready.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P4.rollback-ready', async ({ migration, observe }) => {
  const [templates, needs, claims, images] = await Promise.all([
    observe.oldTemplates(),
    observe.oldNeeds(),
    observe.oldClaims(),
    observe.nodeImages(),
  ]);
  return judgeRollbackReady({ templates, needs, claims, images }, migration);
});
