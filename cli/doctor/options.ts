import { Command } from 'commander';
import { exitUsage } from '../usage-error.ts';
import type { TargetOptions } from '../verify/target.ts';

export interface DoctorOptions extends TargetOptions {
  readonly config: string;
  readonly json?: true;
  readonly debug?: true;
}

/** Reads the command line. Ends the process for `--help` (0) and for what it does not understand (64). */
export function parseOptions(argv: readonly string[]): DoctorOptions {
  const command = new Command('doctor')
    .description(
      'Says what verify can and cannot see on a target, and what is missing: exit code 0 when all can be seen, 2 when something cannot. It writes nothing.',
    )
    .option('--config <file>', 'the migration as data', 'migration.yaml')
    .option('--target <name>', "one of the file's targets, instead of its default")
    .option('--context <name>', "a context of the kubeconfig, instead of the target's own")
    .option('--kubeconfig <file>', "a kubeconfig, instead of the target's own")
    .option('--json', 'print one JSON document and nothing else (docs/doctor-result.schema.json)')
    .option('--debug', 'show where errors came from')
    .showSuggestionAfterError()
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : exitUsage));
  command.parse(argv, { from: 'user' });
  return command.opts<DoctorOptions>();
}
