import { oldWorkloads } from '../../helpers/config/old-system.ts';
import { judgeBothRun } from '../../helpers/judge/old/both-run.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P3.both-run', async ({ migration, observe }) => {
  const [ofNew, ofOld] = await Promise.all([observe.workloads(), observe.oldWorkloads()]);
  return judgeBothRun({ new: ofNew, old: ofOld }, { new: migration.new.workloads, old: oldWorkloads(migration) });
});
