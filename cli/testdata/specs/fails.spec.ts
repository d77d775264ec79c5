import { test } from 'vitest';
import { sampleCriterion, sampleVerdict } from '../../../helpers/evidence/testing/sample-run.ts';

test('T.fails and leaves its verdict before it throws', ({ task }) => {
  task.meta.criterion = sampleCriterion('T.fails', sampleVerdict('fail'));
  throw new Error('T.fails does not hold');
});
