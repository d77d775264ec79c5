import { stateCaptureEntry } from '../../helpers/capture/schema.ts';
import { judgeState } from '../../helpers/judge/old/state.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P4.state', async ({ migration, observe, ledger, clusterUid, now }) => {
  const [noted, cluster, templates, topics, groups, tables] = await Promise.all([
    ledger(),
    clusterUid(),
    observe.oldTemplates(),
    observe.oldTopics(),
    observe.oldGroups(),
    observe.oldTableStates(),
  ]);
  const capture = noted.entries(stateCaptureEntry).at(-1);
  return judgeState({ capture, cluster, now: await now(), templates, topics, groups, tables }, migration);
});
