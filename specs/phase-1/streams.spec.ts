import { passages } from '../../helpers/judge/counts.ts';
import { judgeStreams } from '../../helpers/judge/streams.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P1.streams', async ({ migration, readings, counts }) => {
  const [pair, counted] = await Promise.all([readings.pair(1, 2), counts()]);
  const judge = ({ first, second }: typeof pair) =>
    judgeStreams(
      {
        first: first.connect,
        second: second.connect,
        passages: passages(counted, second.groups, migration),
      },
      migration,
    );

  const verdict = judge(pair);
  if (verdict.kind === 'pass') return verdict;
  // A message in flight is no failure: it must last.
  return judge(await readings.pair(1, 3));
});
