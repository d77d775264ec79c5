import { judgeMigrations } from '../../helpers/judge/migrations.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P1.migrations', async ({ migration, observe }) => {
  const [versions, jobs] = await Promise.all([observe.migrations(), observe.jobs()]);
  return judgeMigrations(versions, jobs, migration);
});
