import { test } from 'vitest';
import { sampleCriterion, sampleVerdict } from '../../../helpers/evidence/testing/sample-run.ts';

test('T.passes and says so', ({ task }) => {
  task.meta.criterion = sampleCriterion('T.passes', sampleVerdict('pass'));
});
