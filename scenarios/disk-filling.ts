import { play } from './scenario/play.ts';

/** What will be full in some weeks is no reason to stop today, and has to be said today. */
await play(
  { name: 'disk-filling', title: 'the volume of the new database fills up', state: 'before-phase5' },
  async (stage) => {
    const before = await stage.verify('verify:phase3', { decision: 'GO' });
    {
      await using detected = await stage.detects('volume-nearly-full-phase3');
      await stage.step('it is advice, and counted', async () => {
        const { advice } = detected.document;
        if (advice !== before.advice + 1) throw new Error(`${advice} to be advised of, ${before.advice} before`);
      });
    }
    await stage.verify('verify:phase3', { decision: 'GO' });
    return 'phase 3 stays GO and advises of it, with the days that are left';
  },
);
