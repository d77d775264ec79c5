/** What a database tells, as plain data. Ages are against the database's own clock. */
export interface StreamRows {
  readonly stream: string;
  readonly database: string;
  readonly table: string;
  readonly exists: boolean;
  readonly databaseNow: string;
  /** Undefined when the stream has no row. */
  readonly newestAt?: string;
  readonly newestAgeSeconds?: number;
}

/** Rows within [from, to), counted by the time column's index. */
export interface WindowRows {
  readonly stream: string;
  readonly from: string;
  readonly to: string;
  readonly rowCount: number;
  /** Rows beyond the first that have the same device, time and values. */
  readonly duplicateCount: number;
  readonly columns: readonly ColumnRange[];
}

export interface ColumnRange {
  readonly column: string;
  readonly nullCount: number;
  /** Undefined for a column that is no number, or always null. */
  readonly min?: number;
  readonly max?: number;
}

/** A pause between one row of a stream and the next, or between a row and an end of the window. */
export interface Gap {
  readonly from: string;
  readonly to: string;
}

/** Where a stream's rows pause for longer than a limit within [from, to). */
export interface StreamGaps {
  readonly stream: string;
  readonly database: string;
  readonly table: string;
  readonly from: string;
  readonly to: string;
  readonly limitSeconds: number;
  /** Oldest first. The first may begin before the window, with the last row before it. */
  readonly gaps: readonly Gap[];
  /** The stream's first row of all, in or before the window; undefined when there is none. */
  readonly oldestAt?: string;
  /** The first and last row within the window; undefined when there is none. */
  readonly firstAt?: string;
  readonly newestAt?: string;
}

/** Rows of a stream within [from, to), counted up to a number. */
export interface RowsOfDay {
  readonly stream: string;
  readonly from: string;
  readonly to: string;
  readonly rowCount: number;
  /** There are more than were counted. */
  readonly isMore: boolean;
}

/** How far back a table reaches, and what its retention policy may leave undone. */
export interface StoredSpan {
  readonly table: string;
  readonly databaseNow: string;
  /** Undefined when the table holds no row. */
  readonly oldestAt?: string;
  /** Undefined when it is no hypertable. */
  readonly chunkSeconds?: number;
  /** How often the policy's job runs; undefined without one. */
  readonly jobEverySeconds?: number;
}

export interface SettingsRow {
  readonly deviceId: string;
  readonly updatedAt: string;
  readonly values: Readonly<Record<string, number | null>>;
}

export interface MigrationsState {
  readonly database: string;
  readonly tableExists: boolean;
  readonly versions: readonly { readonly version: number; readonly name: string; readonly appliedAt: string }[];
}

export interface HypertableState {
  readonly table: string;
  readonly exists: boolean;
  readonly isHypertable: boolean;
  readonly timeColumn?: string;
}

/** What a hypertable takes on disk. */
export interface HypertableSize {
  readonly table: string;
  /** Not there for a plain table. */
  readonly sizeBytes?: number;
}

export interface RetentionState {
  readonly table: string;
  /** Undefined when there is no policy. */
  readonly dropAfterSeconds?: number;
  readonly dropAfterText?: string;
  readonly scheduled?: boolean;
  readonly lastRunStatus?: string;
  readonly lastRunAt?: string;
  readonly totalFailures?: number;
  readonly lastError?: string;
}

/** A column's value in one row. */
export type Value = number | boolean | string | null;

/** One row of the old system. */
export interface OldSample {
  /** As the server writes it, to the microsecond. */
  readonly exactTime: string;
  readonly timeMs: number;
  /** Undefined where the old table does not tell. */
  readonly device?: string;
  /** In the order of the columns asked for. */
  readonly values: readonly Value[];
}

/** A row of the new system near to an old sample in time. */
export interface NearRow {
  /** The sample's index. */
  readonly sample: number;
  readonly timeMs: number;
  /** In the order of the columns asked for. */
  readonly values: readonly Value[];
}

/** A table or view, and the names of its columns in their order. */
export interface TableColumns {
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly string[];
}

export interface DeviceSeen {
  readonly device: string;
  readonly newestAt: string;
}

/** A table of the old database, or of a new one, as its catalog has it. */
export interface TableState {
  /** The database's name in migration.yaml, or `old`. */
  readonly database: string;
  /** With its schema unless that is public. */
  readonly table: string;
  readonly databaseNow: string;
  /** Rows inserted, and rows updated or deleted, since the server's statistics began: a late or a replayed row counts too. */
  readonly insertedRows: number;
  readonly changedRows: number;
  readonly sizeBytes: number;
  /** Undefined where no column says when a row was, or looking for the newest would read the whole of a large table. */
  readonly timeColumn?: string;
  /** Each row has a time of its own; false for rows that are written over. */
  readonly isSeries: boolean;
  readonly newestAt?: string;
  readonly newestAgeSeconds?: number;
}

export interface TableCount extends TableState {
  readonly rows: number;
  /** False: the planner's estimate. */
  readonly exact: boolean;
  /** Undefined where `newestAt` is. */
  readonly oldestAt?: string;
}

/** How large a database is, and the volume that it lies on. */
export interface DatabaseSize {
  /** Its name in migration.yaml. */
  readonly database: string;
  readonly sizeBytes: number;
  /** What its claim holds; not there where migration.yaml names no claim. */
  readonly capacityBytes?: number;
}

/** Sessions of one user, program and address in a database. */
export interface SessionState {
  readonly user: string;
  readonly application: string;
  /** Undefined for who comes through the server's own socket. A port-forward comes from 127.0.0.1. */
  readonly address?: string;
  readonly sessions: number;
  /** When the oldest of them began. */
  readonly since: string;
  /** When one of them last began or ended a statement. */
  readonly activeAt?: string;
}

/** The rows of a table that stand around a stretch of time. */
export interface GapAround {
  readonly table: string;
  /** The last row before the stretch began, and the first after that one that the stretch did not swallow. */
  readonly lastBefore?: string;
  readonly firstAfter?: string;
}
