import { type ActOptions, changingCommand } from '../acts/options.ts';

export interface RestoreOptions extends ActOptions {
  readonly file?: string;
  /** `namespace/service[:port]`; the old database's unless given. */
  readonly service?: string;
  readonly database: string;
}

/** Reads the command line. Ends the process for `--help` (0) and for what it does not understand (64). */
export function parseOptions(argv: readonly string[]): RestoreOptions {
  const command = changingCommand(
    'restore',
    'Puts a backup into a named, empty database: by psql in its pod, as the plan does, but never into one that holds a table already. Exit code 0 when all of it is there, 1 when what is there differs from what was backed up, 2 when it could not be done.',
  )
    .requiredOption('--database <name>', 'the empty database that it goes into')
    .option('--service <namespace/name:port>', "the server's Service, instead of the old database's")
    .option('--file <path>', 'the backup, instead of the newest that the ledger knows');
  command.parse(argv, { from: 'user' });
  return command.opts<RestoreOptions>();
}
