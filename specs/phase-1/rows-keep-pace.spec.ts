import { pacesBetween, pacesOver } from '../../helpers/judge/counts.ts';
import { judgePace } from '../../helpers/judge/pace.ts';
import { windowBetween } from '../../helpers/judge/window.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P1.rows-keep-pace', async ({ migration, observe, readings, counts }) => {
  const [{ first, second }, counted] = await Promise.all([readings.pair(), counts()]);
  const apart = windowBetween(new Date(first.at), new Date(second.at), []);
  const between = {
    window: apart,
    topics: [first.topics, second.topics] as const,
    rows: await observe.rowCounts(apart.spans),
    groups: second.groups,
  };

  const paces = [pacesOver(counted, [first.groups, second.groups], migration), pacesBetween(between, migration)];
  return judgePace(
    { seen: paces.flatMap(({ seen }) => seen), unseen: paces.flatMap(({ unseen }) => unseen) },
    migration,
  );
});
