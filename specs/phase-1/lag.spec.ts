import { judgeLag } from '../../helpers/judge/lag.ts';
import { lasting } from '../../helpers/spec/lasting.ts';
import type { Reading } from '../../helpers/spec/readings.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P1.lag', async ({ migration, readings }) => {
  const judge = (first: Reading, second: Reading) =>
    judgeLag(
      {
        groups: { first: first.groups, second: second.groups },
        topics: { first: first.topics, second: second.topics },
        rows: { first: first.rows, second: second.rows },
      },
      migration,
    );

  const { first, second } = await readings.pair();
  const verdict = judge(first, second);
  if (verdict.kind === 'pass' || second.groups.seen.length === 0) return verdict;
  // A batch in flight is no failure: what stands still must do so for longer.
  return lasting(async () => judge(second, await readings.now()), {
    within: 2 * migration.run.readingsApart,
    every: 0.5,
  });
});
