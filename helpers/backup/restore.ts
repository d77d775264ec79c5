import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Queries } from '../database/sql.ts';
import { unobservable } from '../target/errors.ts';
import { Unobservable } from '../unobservable.ts';
import { dumpPieces } from './dump/pieces.ts';

/** The server refused a statement of the dump: what is in the file does not make a database. */
export class RestoreFailed extends Error {
  override readonly name = 'RestoreFailed';
}

/** Takes a dump, one piece after another. */
export interface RestoreSession {
  statement(sql: string): Promise<void>;
  copy(sql: string, rows: AsyncIterable<Buffer>): Promise<void>;
}

export interface RestoreOptions {
  /** The dump is of a database with TimescaleDB, by the real pg_dump: chunks and catalog are in it as tables. */
  readonly isTimescale: boolean;
  readonly signal: AbortSignal;
}

/**
 * Restores a dump into an empty database. What it says of roles that the server lacks, and of settings that it does not
 * know, is left out and counted; whatever else is refused ends it.
 * Throws `RestoreFailed`, `DumpCut`, `Unobservable` where the server is lost, and the abort reason of `signal`.
 */
export async function restore(
  dump: AsyncIterable<Buffer>,
  session: RestoreSession,
  { isTimescale, signal }: RestoreOptions,
): Promise<{ readonly leftOut: number }> {
  let leftOut = 0;
  // https://docs.tigerdata.com/self-hosted/latest/migration/entire-database/
  if (isTimescale) await session.statement('SELECT public.timescaledb_pre_restore()');
  for await (const piece of dumpPieces(dump)) {
    signal.throwIfAborted();
    if (piece.kind === 'meta' && /^\\c(onnect)?\b/.test(piece.text)) {
      throw new RestoreFailed(`it wants to be restored into another database: ${piece.text}`);
    }
    if (piece.kind === 'copy') {
      await attempt(piece.sql, () => session.copy(piece.sql, piece.rows));
    } else if (piece.kind === 'statement') {
      const isDone = await attempt(piece.sql, () => session.statement(piece.sql));
      if (!isDone) leftOut += 1;
    }
  }
  if (isTimescale) await session.statement('SELECT public.timescaledb_post_restore()');
  return { leftOut };
}

/** undefined_object: a role that is not there, a parameter that is not known. */
const unknownObject = '42704';

/** Whether a statement of a dump names roles or settings alone: without it the data is all there. */
export function isDispensable(sql: string): boolean {
  return /^(SET|GRANT|REVOKE|ALTER DEFAULT PRIVILEGES|ALTER\s[\s\S]+\sOWNER TO)\s/i.test(sql);
}

/** False where it was left out. */
async function attempt(sql: string, act: () => Promise<void>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    if (refusal.code === unknownObject && isDispensable(sql)) return false;
    const head = sql.replace(/\s+/g, ' ').slice(0, 80);
    throw new RestoreFailed(`${refusal.message} (${head})`, { cause: error });
  }
}

/** The server's own word, which leaves the connection whole. */
function refusalOf(error: unknown): pg.DatabaseError | undefined {
  const cause = error instanceof Unobservable ? error.cause : error;
  return cause instanceof pg.DatabaseError && cause.severity === 'ERROR' ? cause : undefined;
}

/** A connection of one's own to the database at this address. */
export async function restoreSession(url: string): Promise<RestoreSession & AsyncDisposable> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  const what = `restore into ${new URL(url).host}`;
  client.on('error', () => {});
  await client.connect().catch((error: unknown) => {
    throw unobservable(error, what);
  });
  const seen = async (act: () => Promise<unknown>) => {
    try {
      await act();
    } catch (error) {
      throw unobservable(error, what);
    }
  };
  return {
    statement: (sql) => seen(() => client.query(sql)),
    copy: (sql, rows) => seen(() => pipeline(rows as Readable, client.query(copyFrom(sql)))),
    [Symbol.asyncDispose]: () => client.end(),
  };
}

/** The session of a server that cannot take rows as COPY has them. */
export function statementsOnly({ query }: Queries): RestoreSession {
  return {
    statement: async (sql) => void (await query(sql)),
    copy: async () => {
      throw new Unobservable('unsupported', 'the replica’s engine takes the replica’s own dumps alone, not COPY', {
        hint: 'start a Docker, or set SCRATCH_POSTGRES_URL to a server of the dump’s version',
      });
    },
  };
}
