import { judgeDeclaredConsumers } from '../../helpers/judge/old/consumers.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P4.no-live-consumer', async ({ migration, observe }) => {
  const consumption = await observe.consumption();
  return judgeDeclaredConsumers(consumption, migration);
});
