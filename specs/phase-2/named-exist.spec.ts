import { judgeNamed } from '../../helpers/judge/old/named.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P2.named-exist', async ({ migration, observe }) => {
  const [workloads, namespaces, topics, groups, tables] = await Promise.all([
    observe.oldWorkloads(),
    observe.oldNamespaces(),
    observe.oldTopics(),
    observe.oldGroups(),
    observe.oldTableStates(),
  ]);
  return judgeNamed({ workloads, namespaces, topics, groups, tables }, migration);
});
