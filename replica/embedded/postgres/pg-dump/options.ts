import { programArguments } from '../program-arguments.ts';

export interface DumpOptions {
  readonly user: string | undefined;
  readonly database: string | undefined;
  /** A snapshot that another session has exported. */
  readonly snapshot: string | undefined;
  readonly version: boolean;
}

/** Wrong usage, in pg_dump's words. */
export class DumpUsageError extends Error {
  override readonly name = 'DumpUsageError';
}

/** Reads pg_dump's arguments. Throws DumpUsageError for what pg_dump or this replica does not know. */
export function readDumpOptions(args: readonly string[]): DumpOptions {
  const { values, positionals } = programArguments('pg_dump', args, options, (words) => new DumpUsageError(words));
  if (values.format !== undefined && !/^p(lain)?$/.test(values.format))
    throw new DumpUsageError(`pg_dump: error: this replica's pg_dump has the plain format alone`);
  return {
    user: values.username,
    database: values.dbname ?? positionals[0],
    snapshot: values.snapshot,
    version: values.version,
  };
}

const options = {
  username: { type: 'string', short: 'U' },
  dbname: { type: 'string', short: 'd' },
  format: { type: 'string', short: 'F' },
  snapshot: { type: 'string' },
  'no-password': { type: 'boolean', short: 'w', default: false },
  version: { type: 'boolean', short: 'V', default: false },
} as const;
