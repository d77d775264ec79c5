import { embeddedScratchDatabase } from '../../replica/scratch-database.ts';
import type { Subject } from '../suite.ts';
import { type PostgresSystem, versionOfPostgres } from '../systems.ts';

/** The replica's TimescaleDB, over its wire. */
export function postgresDouble(): Subject<PostgresSystem> {
  return {
    name: 'the replica',
    how: 'double',
    open: async () => {
      const { db, [Symbol.asyncDispose]: dispose } = await embeddedScratchDatabase();
      return {
        db,
        version: await versionOfPostgres(db),
        timescale: true,
        policies: true,
        [Symbol.asyncDispose]: dispose,
      };
    },
  };
}
