import type { DatabaseVersion } from '../doctor/observed.ts';

/** One column of a table as it was at one moment. */
export interface ColumnSum {
  readonly filledCount: number;
  /** Sum over the rows of a hash of the value together with its row's time: the order of the rows does not matter. */
  readonly checksum: string;
}

/** What a table held at one moment. Two tables with equal contents have equal sums. */
export interface TableSums {
  /** With its schema, unless that is public. */
  readonly table: string;
  readonly rowCount: number;
  /** Its first column with a time; a table may have none. */
  readonly timeColumn?: string;
  /** ISO 8601; undefined where the table has no row. */
  readonly oldestAt?: string;
  readonly newestAt?: string;
  readonly columns: Readonly<Record<string, ColumnSum>>;
}

/** A database as one snapshot of it shows it. */
export interface DatabaseSums {
  /** The snapshot's time by the database's clock. */
  readonly at: string;
  readonly version: DatabaseVersion;
  readonly tables: readonly TableSums[];
}

/** What a dump's file is like, read from its first byte to its last. */
export interface DumpFacts {
  readonly sha256: string;
  readonly bytes: number;
  /** By the file system. */
  readonly modifiedAt: string;
  /** Where reading it ended before its end. */
  readonly broken?: { readonly how: 'cut' | 'corrupt'; readonly words: string };
  /** Nothing is in it. */
  readonly isEmpty: boolean;
  /** It begins as pg_dump does. */
  readonly isDump: boolean;
  /** Its last line says that it is complete. */
  readonly isComplete: boolean;
  /** Written by the embedded replica's pg_dump. */
  readonly isReplicas: boolean;
  readonly holdsRows: boolean;
  /** Tables that it creates; those of the schema public without it. */
  readonly tables: readonly string[];
  /** PostgreSQL's, of the server that was dumped. */
  readonly serverVersion?: string;
}

/** What came of restoring a dump into a database made for it. */
export interface RestoreOutcome {
  readonly had: 'container' | 'server' | 'embedded';
  readonly version: DatabaseVersion;
  readonly seconds: number;
  /** Statements about roles and settings that the server does not have. */
  readonly leftOut?: number;
  readonly tables?: readonly TableSums[];
  /** Why it could not be restored, in the server's words. */
  readonly failed?: string;
}

/** A backup as it was found: in the ledger, or made by hand. */
export interface BackupFound {
  /** Its path. */
  readonly file: string;
  /** Of which moment, ISO 8601: by the database's clock, or for one made by hand when its file was last written. */
  readonly at: string;
  /** What the ledger says of it; one made by hand has no entry. */
  readonly noted?: {
    readonly sha256: string;
    readonly database: string;
    readonly sums: DatabaseSums;
    readonly storedAt?: string;
  };
  /** Undefined where the file is not there. */
  readonly facts?: DumpFacts;
}

/** The newest backup, and where it was looked for. */
export interface BackupSight {
  readonly found?: BackupFound;
  readonly looked: readonly string[];
}

/** What became of a backup when it was restored, and what it has to equal. */
export interface RestoreSight {
  /** Undefined where there was nothing to restore. */
  readonly outcome?: RestoreOutcome;
  /** True where it was restored in an earlier run. */
  readonly isProof: boolean;
  /** As recorded under the dump's snapshot; of one made by hand as the database is now, up to the dump's newest rows. */
  readonly expected?: readonly TableSums[];
}

/** What a backup is known to hold. */
export interface BackupRecord {
  readonly file: string;
  readonly tables: readonly TableSums[];
}

/** A table of the old database as it is now. */
export interface TableNow extends TableSums {
  /** Each row has a time of its own; false for rows that are written over. */
  readonly isSeries: boolean;
}

/** A CronJob that backs up a database. */
export interface BackupJobState {
  readonly namespace: string;
  readonly name: string;
  readonly exists: boolean;
  readonly foundInstead: readonly string[];
  readonly isSuspended?: boolean;
  readonly schedule?: string;
  readonly lastSuccessAt?: string;
  /** Its newest Job, where one is kept. */
  readonly lastJob?: {
    readonly name: string;
    readonly outcome: 'succeeded' | 'failed' | 'active';
    readonly at: string;
  };
}

/** The newest dump that a CronJob made. */
export interface ArtefactSight {
  readonly namespace: string;
  readonly name: string;
  /** Why migration.yaml says that it cannot be had. */
  readonly unavailable?: string;
  readonly facts?: DumpFacts;
  readonly outcome?: RestoreOutcome;
}
