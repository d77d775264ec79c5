import { judgeNoOrphans } from '../../helpers/judge/old/cleanup.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P8.no-orphans', async ({ migration, observe }) => {
  const [volumes, topics, secrets, bindings, { groups, mentions }] = await Promise.all([
    observe.volumes(),
    observe.oldTopics(),
    observe.secretsElsewhere(),
    observe.bindings(),
    observe.consumption(),
  ]);
  return judgeNoOrphans({ volumes, topics, groups, secrets, bindings, mentions }, migration);
});
