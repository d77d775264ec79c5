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
