import { captureState } from '../../helpers/capture/capture.ts';
import { type StateCapture, stateCaptureEntry } from '../../helpers/capture/schema.ts';
import { appendEntry } from '../../helpers/ledger/ledger.ts';
import { Unobservable } from '../../helpers/unobservable.ts';
import { openActTarget } from '../acts/target.ts';
import type { CaptureOptions } from './options.ts';
import { captureText } from './text.ts';

const exitIncomplete = 2;

/**
 * One capture, from the cluster to the ledger.
 *
 * @returns the exit code: 0, or 2 when something could not be observed; what could be is written all the same
 * Throws `UsageError`, `ConfigError` or `TargetConfigError` (exit code 64), and the abort reason of `signal`.
 */
export async function stateCapture(options: CaptureOptions, signal: AbortSignal): Promise<number> {
  await using target = await openActTarget(options);
  let capture: StateCapture;
  try {
    capture = await captureState(target.migration, target.connections, { progress });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Unobservable)) throw error;
    process.stderr.write(`${error.message}\n${error.hint ?? ''}\nNothing was captured.\n`);
    return exitIncomplete;
  }
  signal.throwIfAborted();
  if (options.json) {
    process.stdout.write(`${JSON.stringify(capture, undefined, 2)}\n`);
  } else {
    const file = await target.ledgerFile();
    await appendEntry(file, stateCaptureEntry, capture);
    process.stdout.write(`${captureText(capture)}\nnoted in ${file}\n`);
  }
  return capture.unseen.length === 0 ? 0 : exitIncomplete;
}

/** For whoever watches. */
function progress(step: string): void {
  if (process.stderr.isTTY) process.stderr.write(`captured: ${step}\n`);
}
