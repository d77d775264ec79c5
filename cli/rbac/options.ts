import { Command } from 'commander';
import { exitUsage } from '../usage-error.ts';

export interface RbacOptions {
  readonly config: string;
  readonly target?: string;
  readonly debug?: true;
}

/** Reads the command line. Ends the process for `--help` (0) and for what it does not understand (64). */
export function parseOptions(argv: readonly string[]): RbacOptions {
  const command = new Command('rbac')
    .description(
      'Prints the read-only account that verify and doctor need for what migration.yaml names, for kubectl apply -f -.',
    )
    .option('--config <file>', 'the migration as data', 'migration.yaml')
    .option('--target <name>', "one of the file's targets, whose own Secrets are named, instead of its default")
    .option('--debug', 'show where errors came from')
    .showSuggestionAfterError()
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : exitUsage));
  command.parse(argv, { from: 'user' });
  return command.opts<RbacOptions>();
}
