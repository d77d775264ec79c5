import { play } from './scenario/play.ts';

/** An alert over a series that nobody exports never fires, and looks like one that has nothing to say. */
await play(
  { name: 'dead-alert', title: 'the plan’s own alert reads a metric that does not exist', state: 'after-phase8' },
  async (stage) => {
    await stage.verify('verify:post', { decision: 'GO' });
    {
      await using dead = await stage.detects('dead-alert');
      await stage.names(dead.document, 'PM.alerts', 'TimescaleDBNoRecentData');
    }
    await stage.verify('verify:post', { decision: 'GO' });
    return 'PM.alerts names the rule that can never fire; with its expression mended, GO';
  },
);
