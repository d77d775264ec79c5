/**
 * Where in the plan a replica stands when it starts: both systems observed for days; just cut over, the old inputs and
 * sinks at 0 replicas; the old applications gone from Flux too; cut over more than a week ago; the old namespaces deleted;
 * or cut over and rolled back again.
 */
export const historyStates = [
  'before-phase5',
  'after-phase5',
  'after-phase6',
  'after-phase7',
  'after-phase8',
  'rolled-back',
] as const;

export type HistoryState = (typeof historyStates)[number];

/** What a replica's past depends on. */
export interface HistoryOf {
  readonly state: HistoryState;
  /** When the replica starts: its past ends here. */
  readonly nowMs: number;
  /** How much faster than life the replica runs: so did the last of its past. */
  readonly timeScale: number;
}

const hourMs = 3_600_000;

/** How long before the replica's start its cutover was. */
const cutoverAgoMs: Readonly<Partial<Record<HistoryState, number>>> = {
  'after-phase5': hourMs,
  'after-phase6': 2 * hourMs,
  'after-phase7': (7 * 24 + 2) * hourMs,
  'after-phase8': (7 * 24 + 3) * hourMs,
  'rolled-back': 2 * hourMs,
};

/** How long before the replica's start its cutover was undone, in the state that knows this. */
export const rollbackAgoMs = hourMs;

/** When the old system was cut off; undefined before the cutover. */
export function cutoverMs({ state, nowMs }: Pick<HistoryOf, 'state' | 'nowMs'>): number | undefined {
  const ago = cutoverAgoMs[state];
  return ago === undefined ? undefined : nowMs - ago;
}

/** Whether the old system's inputs and sinks run. */
export function oldSystemRuns(state: HistoryState): boolean {
  return state === 'before-phase5' || state === 'rolled-back';
}

/** Whether the old data stays when its claim goes: an operator who gets ready for the cleanup has seen to it. */
export function oldDataIsRetained(state: HistoryState): boolean {
  return state === 'after-phase7' || state === 'after-phase8';
}

/** Whether the old system heard what was sent at a moment of the past. */
export function oldSystemHeard({ state, nowMs }: Pick<HistoryOf, 'state' | 'nowMs'>, atMs: number): boolean {
  const cutAtMs = cutoverMs({ state, nowMs });
  if (cutAtMs === undefined || atMs < cutAtMs) return true;
  return state === 'rolled-back' && atMs >= nowMs - rollbackAgoMs;
}
