import { prepareCutover } from './scenario/plan.ts';
import { play } from './scenario/play.ts';

/** What still reads the old system when it is switched off. */
await play(
  { name: 'live-consumer', title: 'a dashboard still reads the old system', state: 'before-phase5' },
  async (stage) => {
    await prepareCutover(stage);
    {
      await using _early = await stage.detects('dashboard-reads-old-early');
    }
    {
      await using _ = await stage.detects('dashboard-reads-old');
      const config = await stage.migrationYaml((yaml) =>
        yaml.setIn(
          ['old', 'consumers'],
          [{ match: 'Deployment sensors/dashboard', becomes: 'reads telemetry from the day of the cutover on' }],
        ),
      );
      await stage.verify(
        'verify:phase4',
        { decision: 'GO' },
        { config, words: 'declared with what becomes of it, it is GO' },
      );
    }
    await stage.verify('verify:phase4', { decision: 'GO' });
    return 'phase 2 advises of it, phase 4 is NO-GO until it is declared or gone';
  },
);
