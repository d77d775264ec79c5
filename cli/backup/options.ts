import { type ActOptions, actCommand } from '../acts/options.ts';

export interface BackupOptions extends ActOptions {
  /** False with `--no-proof`. */
  readonly proof: boolean;
}

/** Reads the command line. Ends the process for `--help` (0) and for what it does not understand (64). */
export function parseOptions(argv: readonly string[]): BackupOptions {
  const command = actCommand(
    'backup',
    'Dumps the old database into a file, notes it in the ledger, stores it where migration.yaml says, and restores it into a scratch database to see that it can be. It changes nothing in the cluster. Run again, it goes on where it was interrupted. Exit code 0 when the backup is there, 1 when it does not restore, 2 when it could not be taken.',
  )
    .option('--dry-run', 'show what would be done, and end')
    .option('--no-proof', 'leave it to verify:phase4 to restore it');
  command.parse(argv, { from: 'user' });
  return command.opts<BackupOptions>();
}
