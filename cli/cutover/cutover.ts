import { cutoverSteps, undoSteps } from '../../helpers/cutover/steps.ts';
import { openActTarget } from '../acts/target.ts';
import { UsageError } from '../usage-error.ts';
import { verify } from '../verify/verify.ts';
import { act } from './act.ts';
import { noteMadeByHand } from './by-hand.ts';
import type { CutoverOptions, UndoOptions } from './options.ts';

/**
 * The plan's 5.1, with what the captured state found. Phase 4 is verified again first, as the read-only account: without
 * its GO nothing is done. One that was made by hand is noted, and no more.
 *
 * @returns the exit code, 0. Throws `UsageError` (64) for what is refused, and what a step threw
 */
export async function cutover(options: CutoverOptions, signal: AbortSignal): Promise<number> {
  await using target = await openActTarget(options);
  if (options.madeAt !== undefined) return noteMadeByHand(target, options.madeAt);
  const { name, config } = target.chosen;
  const code = await verify(
    'phase4',
    {
      config: options.config,
      target: name,
      ...(config.kubeconfig === undefined ? {} : { kubeconfig: config.kubeconfig }),
      only: [],
      short: true,
      out: options.out,
      ...(options.debug === undefined ? {} : { debug: options.debug }),
    },
    signal,
  );
  signal.throwIfAborted();
  if (code !== 0) throw new UsageError('phase 4 is not GO, so the old system stays as it is: nothing was done');
  return act(
    target,
    options,
    {
      action: 'cutover',
      steps: cutoverSteps,
      newStopped: false,
      onward: 'npm run cutover',
      back: 'npm run cutover:undo',
      next: 'npm run verify:phase5',
    },
    signal,
  );
}

/** The way back, at any time until the old namespaces are deleted. As `cutover`, without asking phase 4. */
export async function undo(options: UndoOptions, signal: AbortSignal): Promise<number> {
  await using target = await openActTarget(options);
  const stopNew = options.stopNew === true;
  return act(
    target,
    options,
    {
      action: 'undo',
      steps: (capture, present, migration) => undoSteps(capture, present, migration, { stopNew }),
      newStopped: stopNew,
      onward: `npm run cutover:undo${stopNew ? ' -- --stop-new' : ''}`,
      back: 'npm run cutover',
      next: 'npm run verify:rollback',
    },
    signal,
  );
}
