import { judgeDirectoriesGone } from '../../helpers/judge/gitops/directories.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P8.directories-gone', async ({ migration, observe }) => {
  const [flux, git] = await Promise.all([observe.flux(), observe.git()]);
  return judgeDirectoriesGone({ flux, git }, migration);
});
