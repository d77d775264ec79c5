import { signOffSubjects } from '../helpers/sign-off/schema.ts';
import { aWeekLater, fromReadyToGitops } from './scenario/plan.ts';
import { play } from './scenario/play.ts';

/** `npm run rehearse`: the whole migration as its operator will live it, with the suite's word at each gate. */
await play({ name: 'rehearse', title: 'the whole migration, phases 1 to 8', state: 'before-phase5' }, async (stage) => {
  stage.chapter('Phase 1: validation');
  await stage.npm('doctor');
  await stage.verify('verify:phase1', { decision: 'GO' });
  stage.chapter('Phase 2: identify old resources');
  await stage.npm('inventory', [], { says: /mqtt-input/ });
  await stage.verify('verify:phase2', { decision: 'GO' });
  stage.chapter('Phase 3: parallel operation');
  await stage.verify('verify:phase3', { decision: 'GO' });
  await fromReadyToGitops(stage);
  const week = await aWeekLater(stage);
  week.chapter('Completion');
  for (const subject of signOffSubjects) await week.npm('sign-off', [subject, '--by', 'the rehearsal']);
  await week.verify('verify:complete', { decision: 'GO' });
  await week.verify('verify:post', { decision: 'GO' }, { words: 'npm run verify:post says GO' });
  return 'GO at every gate, from phase 1 to the sign-off';
});
