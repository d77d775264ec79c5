import { judgeOwners } from '../../helpers/judge/gitops/owners.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P2.owners', async ({ migration, observe, now }) => {
  const [flux, owned] = await Promise.all([observe.flux(), observe.owned()]);
  return judgeOwners({ flux, owned }, migration, await now());
});
