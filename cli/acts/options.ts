import { Command } from 'commander';
import { exitUsage } from '../usage-error.ts';
import type { TargetOptions } from '../verify/target.ts';

/** What every act on a cluster is told. */
export interface ActOptions extends TargetOptions {
  readonly config: string;
  readonly yes?: string;
  readonly dryRun?: true;
  readonly debug?: true;
}

/** A command line of an act, to which the act adds its own options. */
export function actCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--config <file>', 'the migration as data', 'migration.yaml')
    .option('--target <name>', "one of the file's targets, instead of its default")
    .option('--context <name>', "a context of the kubeconfig, instead of the target's adminContext")
    .option('--kubeconfig <file>', "a kubeconfig, instead of the target's own")
    .option('--debug', 'show where errors came from')
    .showSuggestionAfterError()
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : exitUsage));
}

/** As `actCommand`, for an act that changes the cluster. */
export function changingCommand(name: string, description: string): Command {
  return actCommand(name, description)
    .option('--dry-run', 'show what would be done, and end')
    .option('--yes <context>', "for scripts: go on without asking, if this is the context's name");
}
