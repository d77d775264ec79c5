import { Command } from 'commander';
import { exitUsage } from '../usage-error.ts';
import type { TargetOptions } from '../verify/target.ts';

export interface NightlyOptions extends TargetOptions {
  readonly config: string;
  readonly out: string;
  readonly debug?: true;
}

/** Reads the command line. Ends the process for `--help` (0) and for what it does not understand (64). */
export function parseOptions(argv: readonly string[]): NightlyOptions {
  return new Command('nightly')
    .description(
      'The nightly run: verifies every phase that applies at the point reached, writes the site and a summary, and tells the webhook that VERIFY_WEBHOOK_URL names. Its exit code is that of the worst decision.',
    )
    .option('--config <file>', 'the migration as data', 'migration.yaml')
    .option('--target <name>', "one of the file's targets, instead of its default")
    .option('--context <name>', "a context of the kubeconfig, instead of the target's own")
    .option('--kubeconfig <file>', "a kubeconfig, instead of the target's own")
    .option('--out <dir>', 'where reports are kept', 'reports/out')
    .option('--debug', "show where errors came from, and the runs' own messages")
    .showSuggestionAfterError()
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : exitUsage))
    .parse(argv, { from: 'user' })
    .opts<NightlyOptions>();
}
