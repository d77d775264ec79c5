import { judgeGitClean } from '../../helpers/judge/gitops/git-clean.ts';
import { lasting } from '../../helpers/spec/lasting.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P6.git-clean', async ({ migration, observe }) => {
  const judge = async () => {
    const [flux, git] = await Promise.all([observe.flux(), observe.git()]);
    return judgeGitClean({ flux, git }, migration);
  };
  const verdict = await judge();
  // A commit that Flux has just fetched takes a moment to be applied.
  return verdict.kind === 'inconclusive' ? lasting(judge, { within: 5, every: 1 }) : verdict;
});
