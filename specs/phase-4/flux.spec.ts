import { judgeCutoverKept } from '../../helpers/judge/gitops/cutover-kept.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P4.flux', async ({ migration, observe, now }) => {
  const [flux, git, owned] = await Promise.all([observe.flux(), observe.git(), observe.owned()]);
  return judgeCutoverKept({ flux, git, owned }, migration, await now());
});
