import { judgeTopicsFresh } from '../../helpers/judge/freshness.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P1.topics-fresh', async ({ migration, observe }) => {
  const topics = await observe.topics();
  return judgeTopicsFresh(topics, migration);
});
