import type { Program } from '../program.ts';

/**
 * `sh /scripts/backup.sh` of the backup CronJobs, up to where a replica has no object store: the dump goes nowhere. Without
 * the database it ends as pg_dump does.
 */
export const backupProgram: Program = {
  async run(context) {
    const host = context.env.PGHOST ?? 'localhost';
    try {
      (await context.dial(host, 5432)).destroy();
    } catch (error) {
      const words =
        (error as NodeJS.ErrnoException).code === 'ENOTFOUND'
          ? 'could not translate host name'
          : 'connection to server at';
      context.log(`pg_dump: error: ${words} "${host}": ${(error as Error).message}`);
      return 1;
    }
    const stamp = context
      .now()
      .toISOString()
      .replace(/[-:]|\.\d+/g, '');
    context.log(`backup ${context.env.PGDATABASE ?? 'postgres'}-${stamp}.sql.gz stored`);
    return 0;
  },
};
