import { emptyDatabase } from './scenario/empty-database.ts';
import { play } from './scenario/play.ts';

/** The plan's recovery pours the old dump into the new telemetry database, whose tables are others. */
await play(
  { name: 'restore-old-data', title: 'the old data is recovered into a separate database', state: 'after-phase7' },
  async (stage) => {
    await stage.npm('backup', [], { says: /whole/ });
    const yes = ['--yes', stage.context];
    await stage.npm('restore', [...yes, '--service', 'timescaledb/timescaledb', '--database', 'telemetry'], {
      exitCode: 64,
      says: /a database of the new system/,
    });
    await stage.npm('restore', [...yes, '--database', 'timescaledb'], { exitCode: 64, says: /is not empty/ });
    const place = await emptyDatabase(stage);
    const said = await stage.npm('restore', [...yes, '--service', place.service, '--database', place.database], {
      says: /^restored: \d+ tables/m,
    });
    return `${/restored: (.*)/.exec(said)?.[1]}; the new database and the old one are refused`;
  },
);
