import { cutoverEntry } from '../../helpers/cutover/schema.ts';
import { cutoverSteps, stepWords } from '../../helpers/cutover/steps.ts';
import { appendEntry } from '../../helpers/ledger/ledger.ts';
import type { ActTarget } from '../acts/target.ts';
import { UsageError } from '../usage-error.ts';
import { actor, captured, stepsNow } from './act.ts';

/**
 * Notes a cutover that was made by hand, as the plan's own commands make it: phases 5 to 8 count from it. The cluster is
 * looked at and not changed, so nobody is asked. What Flux still reconciles is said: it may scale the old system back.
 *
 * @returns the exit code, 0. Throws `UsageError` (64) when an old workload is not scaled down, or the time cannot be
 */
export async function noteMadeByHand(target: ActTarget, madeAt: Date): Promise<number> {
  const { migration, connections } = target;
  const cluster = await connections.target();
  const { file, capture } = await captured(target);
  const { offsetSeconds } = await connections.clock();
  if (madeAt.getTime() > Date.now() + offsetSeconds * 1000)
    throw new UsageError(`${madeAt.toISOString()} is still to come: nothing was noted`);
  const left = await stepsNow(cluster, capture, migration, { steps: cutoverSteps });
  const running = left.filter((step) => step.do === 'scale');
  if (running.length > 0)
    throw new UsageError(
      `the cutover was not made: ${running.map(stepWords).join(', ')} is left. Nothing was noted; npm run cutover does it.`,
    );
  const at = madeAt.toISOString();
  await appendEntry(file, cutoverEntry, {
    kind: 'cutover',
    action: 'cutover',
    at,
    doneAt: at,
    cluster: capture.cluster,
    context: cluster.context,
    by: `${await actor(cluster)}, by hand`,
    capturedAt: capture.at,
    newStopped: false,
    scaled: [],
    owners: [],
  });
  process.stdout.write(`noted in ${file}: the old system was scaled down by hand at ${at}\n`);
  for (const step of left) process.stdout.write(`not done yet: ${stepWords(step)}; Flux may scale it back\n`);
  process.stdout.write('next: npm run verify:phase5\n');
  return 0;
}
