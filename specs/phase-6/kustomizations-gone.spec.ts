import { judgeKustomizationsGone } from '../../helpers/judge/gitops/kustomizations-gone.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P6.kustomizations-gone', async ({ migration, observe }) =>
  judgeKustomizationsGone(await observe.flux(), migration),
);
