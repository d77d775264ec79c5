import type { ContainerState } from '../observed.ts';

/** One run of a container whose log can be asked for. */
export interface ContainerRun {
  /** Asked for as the log of the run before the present one. */
  readonly previous: boolean;
  readonly startedAt?: string;
  readonly finishedAt?: string;
}

/**
 * The runs that printed within the window, the oldest first; a kubelet keeps two at most. A container that waits has no
 * present run: what it printed last is its previous log.
 */
export function runsWithin(container: ContainerState, windowStart: Date): ContainerRun[] {
  const { lastTermination, startedAt, finishedAt } = container;
  const last: ContainerRun[] =
    lastTermination === undefined
      ? []
      : [
          {
            previous: true,
            finishedAt: lastTermination.finishedAt,
            ...(lastTermination.startedAt === undefined ? {} : { startedAt: lastTermination.startedAt }),
          },
        ];
  const present: ContainerRun[] =
    container.state === 'running' || container.state === 'terminated'
      ? [
          {
            previous: false,
            ...(startedAt === undefined ? {} : { startedAt }),
            ...(finishedAt === undefined ? {} : { finishedAt }),
          },
        ]
      : [];
  return [...last, ...present].filter(
    (run) => run.finishedAt === undefined || Date.parse(run.finishedAt) >= windowStart.getTime(),
  );
}
