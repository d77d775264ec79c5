import { play } from './scenario/play.ts';

/** A schema that is not what the sinks and the suite were told. */
await play(
  { name: 'schema-drift', title: 'the database’s schema is another than was agreed', state: 'before-phase5' },
  async (stage) => {
    {
      await using _ = await stage.detects('migration-missing', { only: ['P1.migrations', 'P1.hypertables'] });
    }
    {
      await using renamed = await stage.detects('column-renamed');
      await stage.names(renamed.document, 'P1.logs-clean', 'outdoor_temp');
    }
    return 'a missing migration is told by its version, a renamed column by rows that stop and the sink’s own words';
  },
);
