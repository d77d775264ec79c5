import type { Program } from '../program.ts';

/** `sh /scripts/backup.sh` of the backup CronJobs. A replica has no object store: the dump goes nowhere. */
export const backupProgram: Program = {
  async run(context) {
    const stamp = context
      .now()
      .toISOString()
      .replace(/[-:]|\.\d+/g, '');
    context.log(`backup ${context.env.PGDATABASE ?? 'postgres'}-${stamp}.sql.gz stored`);
    return 0;
  },
};
