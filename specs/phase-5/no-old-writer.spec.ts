import { cutoverEntry } from '../../helpers/cutover/schema.ts';
import { begunCutover } from '../../helpers/judge/begun.ts';
import { judgeNoOldWriter } from '../../helpers/judge/old/old-writer.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P5.no-old-writer', async ({ row, migration, ledger, watch }) => {
  const begun = begunCutover((await ledger()).entries(cutoverEntry), row.statement);
  if ('verdict' in begun) return begun.verdict;
  const { samples, seconds } = await watch();
  return judgeNoOldWriter(samples, seconds, migration);
});
