import { play } from './scenario/play.ts';

/** A leak that a restart hides for days is seen by the nightly runs of the ledger. */
await play(
  { name: 'memory-creep', title: 'a container takes more memory every day', state: 'after-phase7' },
  async (stage) => {
    await stage.verify('verify:phase7', { decision: 'GO' });
    {
      await using detected = await stage.detects('memory-creeps-phase7');
      await stage.names(detected.document, 'P7.resources', 'timescaledb/redpanda-connect');
    }
    await stage.verify('verify:phase7', { decision: 'GO' });
    return 'P7.resources names the container and when it reaches its limit; phase 7 stays GO with that advice';
  },
);
