import { judgeLag } from '../../helpers/judge/lag.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P1.lag', async ({ migration, readings }) => {
  const judge = ({ first, second }: Awaited<ReturnType<typeof readings.pair>>) =>
    judgeLag(
      {
        groups: { first: first.groups, second: second.groups },
        topics: { first: first.topics, second: second.topics },
        rows: { first: first.rows, second: second.rows },
      },
      migration,
    );

  const verdict = judge(await readings.pair());
  if (verdict.kind === 'pass') return verdict;
  // A batch in flight is no failure: what stands still must do so for longer.
  return judge(await readings.longer());
});
