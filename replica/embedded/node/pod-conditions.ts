import { apiTime, type PodCondition } from './pod.ts';

interface PodReadiness {
  /** Init containers that have not succeeded yet. */
  readonly initialized: readonly string[];
  /** Containers that are not ready. */
  readonly unready: readonly string[];
  readonly succeeded: boolean;
}

/** A pod's conditions, each with the time of its last change. */
export class PodConditions {
  readonly #since = new Map<string, { status: string; time: string }>();
  readonly #first: string;

  /** Conditions that hold from the start carry the pod's start time. */
  constructor(startTime: Date) {
    this.#first = apiTime(startTime);
  }

  at(now: Date, readiness: PodReadiness): PodCondition[] {
    const words = (names: readonly string[], state: string) => `containers with ${state} status: [${names.join(' ')}]`;
    const ready: Omit<PodCondition, 'type' | 'lastProbeTime' | 'lastTransitionTime'> = readiness.succeeded
      ? { status: 'False', reason: 'PodCompleted' }
      : readiness.unready.length > 0
        ? { status: 'False', reason: 'ContainersNotReady', message: words(readiness.unready, 'unready') }
        : { status: 'True' };
    const initialized: typeof ready =
      readiness.initialized.length > 0
        ? { status: 'False', reason: 'ContainersNotInitialized', message: words(readiness.initialized, 'incomplete') }
        : { status: 'True' };
    return [
      this.#condition('PodReadyToStartContainers', { status: readiness.succeeded ? 'False' : 'True' }, now),
      this.#condition('Initialized', initialized, now),
      this.#condition('Ready', ready, now),
      this.#condition('ContainersReady', ready, now),
      this.#condition('PodScheduled', { status: 'True' }, now),
    ];
  }

  #condition(
    type: string,
    state: Omit<PodCondition, 'type' | 'lastProbeTime' | 'lastTransitionTime'>,
    now: Date,
  ): PodCondition {
    const known = this.#since.get(type);
    const time = known?.status === state.status ? known.time : known ? apiTime(now) : this.#first;
    this.#since.set(type, { status: state.status, time });
    return { type, lastProbeTime: null, lastTransitionTime: time, ...state };
  }
}
