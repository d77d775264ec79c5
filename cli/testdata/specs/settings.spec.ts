import { inject, test } from 'vitest';
import { sampleCriterion, sampleVerdict } from '../../../helpers/evidence/testing/sample-run.ts';

test('T.settings is told of the run', ({ task }) => {
  const evidence = inject('run');
  task.meta.criterion = sampleCriterion('T.settings', sampleVerdict('pass'), { evidence });
});
