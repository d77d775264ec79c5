import { judgeMemory } from '../../helpers/judge/resources.ts';
import { earlierUsage } from '../../helpers/spec/daily.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P7.resources', async ({ migration, observe, ledger, now }) => {
  const memory = await observe.memory();
  return judgeMemory(memory, earlierUsage(await ledger(), ['phase3', 'phase7']), await now(), migration);
});
