import { judgeNoConsumerLeft } from '../../helpers/judge/old/consumers.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P8.no-consumer', async ({ migration, observe }) => {
  const consumption = await observe.consumption();
  return judgeNoConsumerLeft(consumption, migration);
});
