import { play } from './scenario/play.ts';

/** A policy that does not run is told at once; rows that are gone or stay too long, by the rows themselves. */
await play(
  {
    name: 'retention-broken',
    title: 'a retention policy keeps too little, too much, or does not run',
    state: 'after-phase7',
  },
  async (stage) => {
    const only = ['P1.retention', 'P1.hypertables'];
    for (const name of ['retention-60-days', 'retention-job-failing']) {
      await using _ = await stage.detects(name, { only });
    }
    for (const name of ['history-stays', 'history-gone']) {
      await using _ = await stage.detects(name);
    }
    await stage.verify('verify:phase7', { decision: 'GO' });
    return 'each is NO-GO: by the policy in phase 1, by the rows in phase 7';
  },
);
