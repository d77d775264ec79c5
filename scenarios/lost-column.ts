import { play } from './scenario/play.ts';

/** What the old table has and the new one lacks is lost for good when phase 8 deletes it. */
await play(
  { name: 'lost-column', title: 'an old column has no counterpart in the new system', state: 'before-phase5' },
  async (stage) => {
    await stage.verify('verify:phase3', { decision: 'GO' });
    {
      await using detected = await stage.detects('old-column-forgotten');
      await stage.names(detected.document, 'P3.columns', 'defrost_count');
      const config = await stage.migrationYaml((yaml) =>
        yaml.setIn(['old', 'streams', 'heatpump', 'columns', 'defrost_count'], { dropped: 'nobody looks at it' }),
      );
      await stage.verify('verify:phase3', { decision: 'GO' }, { config, words: 'declared as dropped, it is GO' });
    }
    return 'the column is named, and phase 3 is NO-GO until somebody says what becomes of it';
  },
);
