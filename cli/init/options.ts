import { Command } from 'commander';
import { exitUsage } from '../usage-error.ts';

export interface InitOptions {
  readonly out: string;
  readonly force?: true;
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly debug?: true;
}

/** Reads the command line. Ends the process for `--help` (0) and for what it does not understand (64). */
export function parseOptions(argv: readonly string[]): InitOptions {
  const command = new Command('init')
    .description(
      'Looks for the pipeline in a cluster and describes it in a migration.yaml, in which every guess is marked: exit code 0 when it is written, 2 when nothing was found or could be seen. In the cluster it only reads.',
    )
    .option('--out <file>', 'where it is written', 'migration.live.yaml')
    .option('--force', 'write over a file that is there')
    .option('--context <name>', 'a context of the kubeconfig, instead of its current one')
    .option('--kubeconfig <file>', 'instead of KUBECONFIG and ~/.kube/config')
    .option('--debug', 'show where errors came from')
    .showSuggestionAfterError()
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : exitUsage));
  command.parse(argv, { from: 'user' });
  return command.opts<InitOptions>();
}
