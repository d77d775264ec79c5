import { dumpPieces } from '../../helpers/backup/dump/pieces.ts';
import { isDispensable } from '../../helpers/backup/restore.ts';
import { UsageError } from '../usage-error.ts';

/**
 * A dump as psql is to run it up to the first error: with what TimescaleDB wants before and after, and so that a role or a
 * setting which this server does not have is a notice and no error. Throws `UsageError` for a dump that changes the database.
 */
export async function* restoreScript(dump: AsyncIterable<Buffer>, isTimescale: boolean): AsyncGenerator<Buffer> {
  // https://docs.tigerdata.com/self-hosted/latest/migration/entire-database/
  if (isTimescale) {
    yield Buffer.from('CREATE EXTENSION IF NOT EXISTS timescaledb;\nSELECT public.timescaledb_pre_restore();\n');
  }
  for await (const piece of dumpPieces(dump)) {
    if (piece.kind === 'statement')
      yield Buffer.from(`${isDispensable(piece.sql) ? tolerated(piece.sql) : piece.sql};\n`);
    if (piece.kind === 'meta' && /^\\c/.test(piece.text)) {
      throw new UsageError(
        `the dump wants to go into a database of its own choice (${piece.text}): take it without --create`,
      );
    }
    if (piece.kind !== 'copy') continue;
    yield Buffer.from(`${piece.sql};\n`);
    yield* piece.rows;
    yield Buffer.from('\\.\n');
  }
  if (isTimescale) yield Buffer.from('SELECT public.timescaledb_post_restore();\n');
}

function tolerated(sql: string): string {
  return `DO $tolerated$ BEGIN EXECUTE $statement$${sql}$statement$;
    EXCEPTION WHEN undefined_object THEN RAISE NOTICE 'left out: %', SQLERRM; END $tolerated$`;
}
