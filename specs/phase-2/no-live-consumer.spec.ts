import { judgeNoConsumer } from '../../helpers/judge/old/consumers.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P2.no-live-consumer', async ({ migration, observe }) => {
  const consumption = await observe.consumption();
  return judgeNoConsumer(consumption, migration);
});
