import { judgeLag } from '../../helpers/judge/lag.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P1.lag', async ({ migration, readings }) => {
  const judge = async (one: number, other: number) => {
    const { first, second } = await readings.pair(one, other);
    return judgeLag(
      {
        groups: { first: first.groups, second: second.groups },
        topics: { first: first.topics, second: second.topics },
        rows: { first: first.rows, second: second.rows },
      },
      migration,
    );
  };

  const verdict = await judge(1, 2);
  if (verdict.kind === 'pass') return verdict;
  // A batch in flight is no failure: what stands still must do so over three readings, from when it was first seen.
  const longer = await judge(1, 3);
  return longer.kind === 'inconclusive' ? judge(2, 4) : longer;
});
