import { judgeRetentionFit } from '../../helpers/judge/retention-fit.ts';
import { criterion } from '../../helpers/test.ts';

criterion('PM.retention', async ({ migration, observe }) => {
  const [sizes, spans, policies, databases] = await Promise.all([
    observe.hypertableSizes(),
    observe.storedSpans(),
    observe.retention(),
    observe.sizes(),
  ]);
  return judgeRetentionFit({ sizes, spans, policies, databases }, migration);
});
