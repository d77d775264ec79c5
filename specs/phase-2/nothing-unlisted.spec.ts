import { judgeUnlisted } from '../../helpers/judge/old/unlisted.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P2.nothing-unlisted', async ({ migration, observe }) => {
  const [templates, { mentions, groups, pods }] = await Promise.all([observe.everyTemplate(), observe.consumption()]);
  return judgeUnlisted({ templates, mentions, groups, pods }, migration);
});
