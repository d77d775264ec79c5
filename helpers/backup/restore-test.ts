import type { DatabaseVersion } from '../doctor/observed.ts';
import { type ScratchDatabase, scratchDatabase } from '../scratch-database/scratch-database.ts';
import { unpacked } from './dump/inspect.ts';
import { DumpCut } from './dump/pieces.ts';
import type { DumpFacts, RestoreOutcome } from './observed.ts';
import { RestoreFailed, restore, restoreSession, statementsOnly } from './restore.ts';
import { observeSums } from './sums.ts';

export interface RestoreTest {
  readonly file: string;
  readonly facts: DumpFacts;
  /** Of the database that was dumped. */
  readonly version: DatabaseVersion;
  readonly env: NodeJS.ProcessEnv;
  /** The replica's own engine, where the target is such a replica. */
  readonly embedded: (() => Promise<ScratchDatabase>) | undefined;
  readonly signal: AbortSignal;
}

/**
 * Restores a dump into a database made for it and gone afterwards, and reads what is there then. What is wrong with the
 * dump is an outcome; throws `Unobservable` where no database can be had for it, and the abort reason of `signal`.
 */
export async function restoreTest({
  file,
  facts,
  version,
  env,
  embedded,
  signal,
}: RestoreTest): Promise<RestoreOutcome> {
  const began = performance.now();
  await using scratch = await (facts.isReplicas && embedded !== undefined
    ? embedded()
    : scratchDatabase({ version: versionWanted(version), env }));
  const { had } = scratch;
  const isTimescale = version.timescale !== undefined && !facts.isReplicas;
  try {
    const { leftOut } = await restoreFile(file, scratch, { isTimescale, signal });
    await scratch.db.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const { tables } = await observeSums(scratch.db);
    await scratch.db.query('COMMIT');
    const seconds = (performance.now() - began) / 1000;
    return { had, version: scratch.version, seconds, leftOut, tables };
  } catch (error) {
    if (!(error instanceof RestoreFailed || error instanceof DumpCut)) throw error;
    return { had, version: scratch.version, seconds: (performance.now() - began) / 1000, failed: error.message };
  }
}

async function restoreFile(
  file: string,
  scratch: ScratchDatabase,
  options: { readonly isTimescale: boolean; readonly signal: AbortSignal },
): Promise<{ readonly leftOut: number }> {
  if (scratch.url === undefined) return restore(unpacked(file), statementsOnly(scratch.db), options);
  await using session = await restoreSession(scratch.url);
  return await restore(unpacked(file), session, options);
}

function versionWanted({ postgres, timescale }: DatabaseVersion) {
  return {
    postgres: Number.parseInt(postgres, 10),
    ...(timescale === undefined ? {} : { timescale: timescale.version }),
  };
}
