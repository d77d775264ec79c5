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
