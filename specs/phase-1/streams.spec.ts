import { passages } from '../../helpers/judge/counts.ts';
import { judgeStreams } from '../../helpers/judge/streams.ts';
import { lasting } from '../../helpers/spec/lasting.ts';
import type { Reading } from '../../helpers/spec/readings.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P1.streams', async ({ migration, readings, counts }) => {
  const [{ first, second }, counted] = await Promise.all([readings.pair(), counts()]);
  const judge = (last: Reading) => {
    const passed = passages(counted, last.groups, migration);
    return judgeStreams({ first: first.connect, second: last.connect, passages: passed }, migration);
  };

  const verdict = judge(second);
  if (verdict.kind === 'pass' || second.connect.seen.length === 0) return verdict;
  // A message in flight is no failure: it must last.
  return lasting(async () => judge(await readings.now()), { within: migration.run.readingsApart, every: 1 });
});
