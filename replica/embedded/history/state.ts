/** Where in the plan a replica stands when it starts. After phase 5 the old inputs and sinks are scaled to 0. */
export type HistoryState = 'before-phase5' | 'after-phase5';

/** What a replica's past depends on. */
export interface HistoryOf {
  readonly state: HistoryState;
  /** When the replica starts: its past ends here. */
  readonly nowMs: number;
  /** How much faster than life the replica runs: so did the last of its past. */
  readonly timeScale: number;
}

/** How long before the replica's start its cutover was. */
const cutoverAgoMs = 3_600_000;

/** When the old system received its last message. */
export function oldHistoryEndMs({ state, nowMs }: Pick<HistoryOf, 'state' | 'nowMs'>): number {
  return state === 'after-phase5' ? nowMs - cutoverAgoMs : nowMs;
}
