import { play } from './scenario/play.ts';

/** A battery sensor sleeps: what would be a gap in another stream is none in its own. */
await play(
  { name: 'slow-sensor', title: 'a battery sensor is slow, and nobody is woken', state: 'before-phase5' },
  async (stage) => {
    {
      await using _ = await stage.plant('battery-sensor-sleeps');
      await stage.verify('verify:phase1', { decision: 'GO' });
      await stage.verify('verify:phase3', { decision: 'GO' });
    }
    return 'a sensor that misses two reports in a row is within its limit: phases 1 and 3 stay GO, without advice';
  },
);
