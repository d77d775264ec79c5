import { judgeRollbackKept } from '../../helpers/judge/gitops/rollback-kept.ts';
import { criterion } from '../../helpers/test.ts';

criterion('R.flux', async ({ migration, observe, now }) => {
  const [flux, git, owned] = await Promise.all([observe.flux(), observe.git(), observe.owned()]);
  return judgeRollbackKept({ flux, git, owned }, migration, await now());
});
