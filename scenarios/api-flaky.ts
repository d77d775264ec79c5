import { prepareCutover } from './scenario/plan.ts';
import { play } from './scenario/play.ts';

/** A server that answers is there, however often it has to be asked. */
await play(
  {
    name: 'api-flaky',
    title: 'one in five calls to the Kubernetes API fails, and no decision changes',
    state: 'before-phase5',
  },
  async (stage) => {
    await prepareCutover(stage);
    {
      await using _ = await stage.plant('api-hiccups');
      for (const script of ['verify:phase1', 'verify:phase2', 'verify:phase3', 'verify:phase4'])
        await stage.verify(script, { decision: 'GO' });
    }
    {
      await using _sick = await stage.plant('old-workload-unlisted');
      await using _flaky = await stage.plant('api-hiccups');
      await stage.verify('verify:phase2', { decision: 'NO-GO', fails: ['P2.nothing-unlisted'] });
    }
    return 'four phases GO as without it, and what is wrong is still found';
  },
);
