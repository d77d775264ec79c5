import { judgeOldDown } from '../../helpers/judge/old/down.ts';
import { criterion } from '../../helpers/test.ts';

criterion('C.old-down', async ({ migration, observe }) => {
  const [workloads, namespaces] = await Promise.all([observe.oldWorkloads(), observe.oldNamespaces()]);
  const isGone = (name: string) => namespaces.seen.some((each) => each.name === name && !each.exists);
  return judgeOldDown(workloads, isGone, migration);
});
