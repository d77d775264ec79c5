import { judgeGo } from '../../helpers/judge/earlier.ts';
import { notApplicable } from '../../helpers/judge/verdict.ts';
import { runsOf } from '../../helpers/spec/daily.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P4.parallel', async ({ migration, ledger, row }) => {
  if (migration.plan.option === 'B') return notApplicable(row.statement, `option B: ${migration.plan.reason}`);
  return judgeGo('phase3', runsOf(await ledger(), 'phase3'), row);
});
