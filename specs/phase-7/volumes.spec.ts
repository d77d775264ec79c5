import { judgeDisk } from '../../helpers/judge/resources.ts';
import { earlierUsage } from '../../helpers/spec/daily.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P7.volumes', async ({ migration, observe, ledger, now }) => {
  const sizes = await observe.sizes();
  return judgeDisk(sizes, earlierUsage(await ledger(), ['phase3', 'phase7']), await now(), migration);
});
