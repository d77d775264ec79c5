import { stateCaptureEntry } from '../../helpers/capture/schema.ts';
import { judgePrune } from '../../helpers/judge/gitops/prune.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P6.prune', async ({ migration, observe, ledger }) => {
  const [flux, owned, claims] = await Promise.all([observe.flux(), observe.owned(), observe.dataClaims()]);
  const capture = (await ledger()).entries(stateCaptureEntry).at(-1);
  return judgePrune({ flux, owned, claims, capture }, migration);
});
