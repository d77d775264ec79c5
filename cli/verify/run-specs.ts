import { Writable } from 'node:stream';
import type { CriterionResult } from '../../helpers/evidence/meta.ts';
import type { RunSettings } from '../../helpers/run-settings.ts';
import { duration } from '../../helpers/time-words.ts';
import type { Criterion } from '../../specs/criteria.ts';
import { Collector, type RunEvents } from './collector.ts';
import { fileOrder } from './file-order.ts';
import { ownSignals } from './own-signals.ts';
import { silence } from './silence.ts';

export interface SpecRunOptions {
  /** The folder that the patterns of `include` start from. */
  readonly root: string;
  /** Glob patterns of the spec files. */
  readonly include: readonly string[];
  readonly criteria: readonly Criterion[];
  readonly settings: RunSettings;
  /** What one criterion may take, in seconds. It keeps that by itself; the run only sees to it that nothing hangs. */
  readonly deadlineSeconds: number;
  readonly events: RunEvents;
  /** Ends the run early: what has not reported by then is inconclusive. */
  readonly signal: AbortSignal;
}

export interface SpecRun {
  readonly criteria: readonly CriterionResult[];
  readonly problems: readonly string[];
  /** The UID of the cluster's namespace kube-system, where it could be asked. */
  readonly clusterUid?: string;
  /** Why it could not, where that is known. */
  readonly clusterUnknown?: string;
}

/** Beyond a criterion's own deadline: the time it has to say that it ran out of time. */
const graceSeconds = 15;
const closeSeconds = { ended: 3, interrupted: 0.5 };

/**
 * Runs the spec files by vitest in one worker thread, one file after the other in the table's order, with Node's own
 * loader, no retries and no vitest configuration. Never throws for what specs do: a spec that cannot be loaded, a
 * worker that dies or one that hangs leaves its criteria inconclusive.
 */
export async function runSpecs(options: SpecRunOptions): Promise<SpecRun> {
  const { settings, signal } = options;
  const silenceSeconds = options.deadlineSeconds + 2 * graceSeconds;
  const over = Promise.withResolvers<string>();
  using watchdog = silence(silenceSeconds, () =>
    over.resolve(`nothing was heard of its worker for ${duration(silenceSeconds)}`),
  );
  const collector = new Collector(options.criteria, untilAborted(options.events, signal), () => watchdog.heard());
  const { createVitest } = await import('vitest/node');
  const terminal = settings.debug ? process.stderr : nowhere();
  using guard = ownSignals();
  const vitest = await createVitest(
    {
      config: false,
      watch: false,
      root: options.root,
      include: [...options.include],
      testNamePattern: new RegExp(
        `(^|\\s)(${options.criteria.map(({ id }) => id.replaceAll('.', '\\.')).join('|')})([\\s:]|$)`,
      ),
      passWithNoTests: true,
      pool: 'threads',
      maxWorkers: 1,
      isolate: false,
      fileParallelism: false,
      retry: 0,
      testTimeout: (options.deadlineSeconds + graceSeconds) * 1000,
      hookTimeout: (options.deadlineSeconds + graceSeconds) * 1000,
      sequence: { sequencer: fileOrder(options.criteria) },
      // Node strips the types by itself: what runs is what the stack traces show, and no transform costs start-up time.
      experimental: { viteModuleRunner: false, nodeLoader: false },
      reporters: [collector],
      provide: { run: settings },
      cache: false,
      api: false,
    },
    { logLevel: 'silent', server: { watch: null } },
    { stdout: terminal, stderr: terminal },
  );
  guard[Symbol.dispose]();
  const interrupt = () => {
    over.resolve('the run was interrupted');
    void vitest.cancelCurrentRun('keyboard-input');
  };
  signal.addEventListener('abort', interrupt, { once: true });
  if (signal.aborted) interrupt();
  try {
    const start = async () => {
      await vitest.start();
      return 'no spec file judges it, or its worker ended before it could';
    };
    const failed = (error: unknown) => `vitest: ${error instanceof Error ? error.message : String(error)}`;
    const why = await (signal.aborted ? over.promise : Promise.race([start().catch(failed), over.promise]));
    const { problems, clusterUid, clusterUnknown } = collector;
    const criteria = collector.results(why);
    return {
      criteria,
      problems,
      ...(clusterUid === undefined ? {} : { clusterUid }),
      ...(clusterUnknown === undefined ? {} : { clusterUnknown }),
    };
  } finally {
    signal.removeEventListener('abort', interrupt);
    await within(signal.aborted ? closeSeconds.interrupted : closeSeconds.ended, vitest.close());
  }
}

/** What an interruption cuts off ends as well, and is no result. */
function untilAborted(events: RunEvents, signal: AbortSignal): RunEvents {
  return {
    started: (id) => {
      if (!signal.aborted) events.started(id);
    },
    finished: (result) => {
      if (!signal.aborted) events.finished(result);
    },
  };
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}

/** Waits for the work, but no longer than this; a thread that does not end dies with the process. */
async function within(seconds: number, work: Promise<unknown>): Promise<void> {
  const timeout = Promise.withResolvers<void>();
  const timer = setTimeout(timeout.resolve, seconds * 1000);
  await Promise.race([work.catch(() => {}), timeout.promise]);
  clearTimeout(timer);
}
