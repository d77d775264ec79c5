import { judgeDisk } from '../../helpers/judge/resources.ts';
import { earlierUsage } from '../../helpers/spec/daily.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P3.disk', async ({ migration, observe, ledger, now }) => {
  const sizes = await observe.sizes();
  return judgeDisk(sizes, earlierUsage(await ledger(), ['phase3']), await now(), migration);
});
