/** What the Kafka API tells, as plain data. Offsets are numbers: they stay below 2^53. */
export interface TopicState {
  readonly topic: string;
  readonly exists: boolean;
  /** When it does not exist: topics with a near name. */
  readonly foundInstead: readonly string[];
  readonly partitions: readonly {
    readonly partition: number;
    readonly lowOffset: number;
    readonly highOffset: number;
  }[];
  /** Time of the newest record over all partitions; undefined when the topic holds none. */
  readonly newestAt?: string;
  /** Against the broker's own clock where it is known, else this machine's corrected by the API server's. */
  readonly newestAgeSeconds?: number;
  readonly observedAt: string;
}

/** What a topic got within [from, to). */
export interface TopicSpan {
  readonly topic: string;
  readonly from: string;
  readonly to: string;
  readonly exists: boolean;
  /** When it does not exist: topics with a near name. */
  readonly foundInstead: readonly string[];
  /** False when records of that time may have been deleted since: none found says nothing then. */
  readonly reachesBack: boolean;
  /** The records are those from `fromOffset` on, before `toOffset`. */
  readonly partitions: readonly {
    readonly partition: number;
    readonly lowOffset: number;
    readonly fromOffset: number;
    readonly toOffset: number;
  }[];
}

export interface GroupState {
  readonly group: string;
  /** Stable, Empty, PreparingRebalance, CompletingRebalance, Dead. A group that does not exist answers Dead. */
  readonly state: string;
  readonly members: readonly { readonly memberId: string; readonly clientId: string; readonly clientHost: string }[];
  readonly partitions: readonly GroupPartition[];
  readonly observedAt: string;
}

export interface GroupPartition {
  readonly topic: string;
  readonly partition: number;
  readonly highOffset: number;
  /** Undefined when the group has committed none: that is not a lag of 0. */
  readonly committedOffset?: number;
  readonly lagRecords?: number;
}

/** One record, decoded. `value` is undefined where the payload is not a JSON object. */
export interface TopicRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly at: string;
  readonly value?: Record<string, unknown>;
  readonly parseError?: string;
}

/** A consumer group that reads or has read one of some topics. */
export interface TopicConsumer {
  readonly group: string;
  readonly state: string;
  /** Those of the topics that it has committed an offset of. */
  readonly committed: readonly string[];
  /** Members that subscribed to one of them. `clientHost` as the broker has it: `/10.0.0.1`. */
  readonly members: readonly {
    readonly clientId: string;
    readonly clientHost: string;
    readonly topics: readonly string[];
  }[];
}
