import { duration } from '../../time-words.ts';
import type { ContainerState, PodState } from '../observed.ts';
import type { ContainerRun } from './runs.ts';

/** Whether every line that the window may have held was there to be read, and if not, why not. */
export interface Reach {
  readonly reachesBack: boolean;
  readonly reachNote?: string;
}

/** A program's first line comes this soon after its container starts; a log that begins later has lost its beginning. */
const firstLineWithinSeconds = 60;

/**
 * Judges one run's log by evidence alone. It reaches back when its oldest line that can still be had is not after the
 * window's start, or when the run itself began within the window, its log begins with the run, and nothing printed
 * before it that could not be read: no run before the two that a kubelet keeps, no pod before this one.
 */
export function reach(facts: {
  readonly windowStart: Date;
  readonly run: ContainerRun;
  /** Time of the oldest line that can still be had; undefined when there is no line at all. */
  readonly oldestLineAt: string | undefined;
  readonly container: ContainerState;
  readonly pod: PodState;
  /** Undefined when it is not known: then a pod made within the window may have replaced another. */
  readonly workloadCreatedAt: string | undefined;
}): Reach {
  const { windowStart, run, oldestLineAt, container, pod } = facts;
  const before = (time: string | undefined) => time !== undefined && Date.parse(time) <= windowStart.getTime();

  if (before(oldestLineAt)) return { reachesBack: true };
  if (oldestLineAt === undefined)
    return no('there is no line at all: it printed none, or all of them were rotated away');
  if (run.startedAt === undefined || before(run.startedAt)) {
    return no(`its oldest line is of ${oldestLineAt}, ${between(windowStart, oldestLineAt)} after the window began`);
  }
  if (Date.parse(oldestLineAt) - Date.parse(run.startedAt) > firstLineWithinSeconds * 1000) {
    return no(
      `it begins ${between(run.startedAt, oldestLineAt)} after its container started: what came before was rotated away`,
    );
  }
  const readable = container.lastTermination === undefined ? 0 : 1;
  const isFirstReadable = run.previous || readable === 0;
  if (!isFirstReadable) return { reachesBack: true }; // what came before stands in the previous run's log, judged by itself
  const lost = container.restartCount - readable;
  if (lost > 0) {
    const gone = lost === 1 ? 'the log of an earlier run is gone' : `the logs of ${lost} earlier runs are gone`;
    return no(`restart count ${container.restartCount}: ${gone}`);
  }
  return podReach(facts.windowStart, pod, facts.workloadCreatedAt);
}

/** A pod made within the window is fine only when its workload is no older. */
function podReach(windowStart: Date, pod: PodState, workloadCreatedAt: string | undefined): Reach {
  const within = (time: string) => Date.parse(time) > windowStart.getTime();
  if (!within(pod.createdAt)) return { reachesBack: true };
  if (workloadCreatedAt !== undefined && within(workloadCreatedAt)) return { reachesBack: true };
  return no(
    `the pod was made at ${pod.createdAt}, ${between(windowStart, pod.createdAt)} after the window began: the log of a pod that it replaced is gone`,
  );
}

function between(from: Date | string, to: string): string {
  return duration((Date.parse(to) - new Date(from).getTime()) / 1000);
}

function no(reachNote: string): Reach {
  return { reachesBack: false, reachNote };
}
