import { judgeNamespacesGone } from '../../helpers/judge/old/cleanup.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P8.namespaces-gone', async ({ migration, observe }) => {
  const namespaces = await observe.oldNamespaces();
  return judgeNamespacesGone(namespaces, migration);
});
