import { judgeFluxReady } from '../../helpers/judge/gitops/flux-ready.ts';
import { lasting } from '../../helpers/spec/lasting.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P6.flux-ready', async ({ migration, observe, now }) => {
  const judge = async () => {
    const [flux, owned] = await Promise.all([observe.flux(), observe.owned()]);
    return judgeFluxReady({ flux, owned }, migration, await now());
  };
  const verdict = await judge();
  // A reconciliation that goes on is no failure, and neither is a revision that has just come.
  return verdict.kind === 'pass' ? verdict : lasting(judge, { within: 10, every: 1 });
});
