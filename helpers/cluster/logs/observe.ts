import { ApiAnswer } from '../../target/answer.ts';
import type { ReadOnlyKube } from '../../target/kube.ts';
import { mask } from '../../target/mask.ts';
import type { Target } from '../../target/target.ts';
import type { ContainerLog, ContainerState, PodState, WorkloadState } from '../observed.ts';
import { quotedCharacters } from './entry.ts';
import { ErrorsKept } from './errors-kept.ts';
import { kubeletLine } from './kubelet-line.ts';
import { isError, readLevel } from './levels.ts';
import { reach } from './reach.ts';
import { type ContainerRun, runsWithin } from './runs.ts';

/** Logs that are read at the same time. */
const atOnce = 4;
/** Long enough for a time, short enough to cost nothing: what is asked of a log to learn where it begins. */
const firstBytes = 64;

/**
 * The logs of every container of the workloads' pods within the window that ends now, one entry a run: the previous run
 * too when it ended within the window, init containers too. Lines are read as a stream, none is left out, and memory
 * stays bounded. A log that cannot be read back to the window's start says so (`reachesBack`, `reachNote`).
 *
 * @param options.now the API server's time (see `observeApiClock`)
 * Throws `Unobservable` when a log cannot be had for a reason that is not the container's own.
 */
export async function observeLogs(
  { kube }: Pick<Target, 'kube'>,
  workloads: readonly WorkloadState[],
  options: { readonly windowSeconds: number; readonly now: Date; readonly signal?: AbortSignal },
): Promise<ContainerLog[]> {
  const windowStart = new Date(options.now.getTime() - options.windowSeconds * 1000);
  const sources = workloads.flatMap((workload) =>
    workload.pods.flatMap((pod) =>
      [...(pod.initContainers ?? []), ...pod.containers].map((container) => ({
        pod,
        container,
        workloadCreatedAt: workload.createdAt,
      })),
    ),
  );
  const logs = await inTurns(sources, (source) => containerLogs(kube, source, windowStart, options.signal));
  return logs.flat();
}

interface Source {
  readonly pod: PodState;
  readonly container: ContainerState;
  readonly workloadCreatedAt: string | undefined;
}

async function containerLogs(
  kube: ReadOnlyKube,
  source: Source,
  windowStart: Date,
  signal: AbortSignal | undefined,
): Promise<ContainerLog[]> {
  const { pod, container } = source;
  const logs: ContainerLog[] = [];
  for (const run of runsWithin(container, windowStart)) {
    logs.push({
      namespace: pod.namespace,
      pod: pod.name,
      container: container.name,
      previous: run.previous,
      windowStart: windowStart.toISOString(),
      ...(run.startedAt === undefined ? {} : { startedAt: run.startedAt }),
      ...(await runLog(kube, source, run, windowStart, signal)),
    });
  }
  return logs;
}

type RunLog = Omit<ContainerLog, 'namespace' | 'pod' | 'container' | 'previous' | 'windowStart' | 'startedAt'>;

async function runLog(
  kube: ReadOnlyKube,
  source: Source,
  run: ContainerRun,
  windowStart: Date,
  signal: AbortSignal | undefined,
): Promise<RunLog> {
  const { pod, container } = source;
  const query = {
    namespace: pod.namespace,
    pod: pod.name,
    container: container.name,
    previous: run.previous,
    timestamps: true,
    ...(signal === undefined ? {} : { signal }),
  };
  const errors = new ErrorsKept();
  let lineCount = 0;
  let notALine: string | undefined;
  try {
    for await (const line of kube.log({ ...query, sinceTime: windowStart })) {
      const stamped = kubeletLine(line);
      if (stamped === undefined) {
        if (line !== '') notALine ??= line; // the kubelet itself: `unable to retrieve container logs for …`
      } else if (Date.parse(stamped.at) >= windowStart.getTime()) {
        lineCount += 1;
        if (isError(readLevel(stamped.text).level)) errors.addError(stamped);
        else errors.addOther(stamped);
      }
    }
    // Asked last: a log rotated while it was read then counts as cut short, never as whole.
    const oldestLineAt = await oldestLine(kube, query);
    const back = notALine === undefined ? reach({ windowStart, run, oldestLineAt, ...source }) : unread(notALine);
    return {
      ...(oldestLineAt === undefined ? {} : { oldestLineAt }),
      ...back,
      lineCount,
      errors: errors.entries,
      errorCount: errors.count,
    };
  } catch (error) {
    // The API server's own answer about this log: the run's log was removed, or its pod is gone meanwhile.
    if (!(error instanceof ApiAnswer)) throw error;
    return { ...unread(error.message), lineCount, errors: errors.entries, errorCount: errors.count };
  } finally {
    signal?.throwIfAborted(); // an aborted log ends like a whole one
  }
}

function unread(reason: string): { reachesBack: false; reachNote: string } {
  return { reachesBack: false, reachNote: `the log could not be read: ${mask(reason).slice(0, quotedCharacters)}` };
}

/** Time of the first line that the log still has. */
async function oldestLine(kube: ReadOnlyKube, query: Parameters<ReadOnlyKube['log']>[0]): Promise<string | undefined> {
  for await (const line of kube.log({ ...query, limitBytes: firstBytes })) return kubeletLine(line)?.at;
  return undefined;
}

/** Results in the order of `items`, a few at a time. */
async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
