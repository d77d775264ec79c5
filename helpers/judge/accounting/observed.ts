/** Records of a stream's topic and rows of its table since the state before the cutover was captured. */
export interface StreamAccount {
  readonly stream: string;
  readonly topic: string;
  readonly table: string;
  readonly from: string;
  readonly to: string;
  /** Told by offsets. */
  readonly records: number;
  readonly rows: number;
  /** Rows beyond the first that have the same device, time and values: a sink that restarts replays. */
  readonly duplicates: number;
  /** Records that the group has not committed; undefined where it has committed none on a partition with records. */
  readonly uncommitted?: number;
  /** Looked for only where records exceed rows. */
  readonly search?: RecordSearch;
}

/** Records that have no row, found by their time. */
export interface RecordSearch {
  readonly missing: readonly MissingRecord[];
  /** False when there was too much to look through. */
  readonly complete: boolean;
}

export interface MissingRecord {
  readonly partition: number;
  readonly offset: number;
  readonly at: string;
  /** Where its group has committed past it, its sink will not come back to it. */
  readonly committed: boolean;
  /** Why no sink could store it: no JSON, no time. */
  readonly unmappable?: string;
}

/** What was heard on MQTT, and the records that came of it, over the same time. */
export interface MqttHop {
  readonly stream: string;
  readonly from: string;
  readonly to: string;
  readonly heard: number;
  readonly records: number;
}

/** The rows of a stream after the cutover, and before it. */
export interface StreamFlow {
  readonly stream: string;
  readonly from: string;
  readonly to: string;
  readonly rows: number;
  readonly before: { readonly seconds: number; readonly rows: number };
  readonly longestPause?: { readonly from: string; readonly to: string };
}
