import { Command, InvalidArgumentError } from 'commander';
import { exitUsage } from '../usage-error.ts';
import type { TargetOptions } from '../verify/target.ts';

export interface DiagnoseOptions extends TargetOptions {
  readonly config: string;
  readonly json?: true;
  readonly debug?: true;
}

export interface GapsOptions extends DiagnoseOptions {
  /** How far back to look. */
  readonly days: number;
}

export type Diagnosis =
  | { readonly subject: 'gaps'; readonly options: GapsOptions }
  | { readonly subject: 'resources'; readonly options: DiagnoseOptions };

/** Reads the command line. Ends the process for `--help` (0) and for what it does not understand (64). */
export function parseOptions(argv: readonly string[]): Diagnosis {
  const command = new Command('diagnose').description(
    'Says what is behind what the plan calls an issue. It writes nothing.',
  );
  const ofTarget = (sub: Command) =>
    sub
      .option('--config <file>', 'the migration as data', 'migration.yaml')
      .option('--target <name>', "one of the file's targets, instead of its default")
      .option('--context <name>', "a context of the kubeconfig, instead of the target's own")
      .option('--kubeconfig <file>', "a kubeconfig, instead of the target's own")
      .option('--json', 'print one JSON document and nothing else')
      .option('--debug', 'show where errors came from');
  let chosen: Diagnosis | undefined;
  ofTarget(command.command('gaps'))
    .description(
      "each gap in a stream's rows: when, how many rows it lacks, the hop that they were lost at, and where to look. Exit code 0 for none, 1 for some, 2 when they could not all be looked for.",
    )
    .option('--days <number>', 'how far back to look', positive, 7)
    .action((options: GapsOptions) => {
      chosen = { subject: 'gaps', options };
    });
  ofTarget(command.command('resources'))
    .description(
      'what each container of both systems uses of CPU and memory, against requests, limits and what the nightly runs noted; what lies on their volumes; restarts and what was killed for want of memory. Exit code 0 when nothing is near its limit, 1 when something is, 2 when not everything could be looked at.',
    )
    .action((options: DiagnoseOptions) => {
      chosen = { subject: 'resources', options };
    });
  for (const each of [command, ...command.commands]) {
    each.showSuggestionAfterError().exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : exitUsage));
  }
  command.parse(argv, { from: 'user' });
  // Commander shows the help and ends when no subcommand is named.
  return chosen ?? process.exit(exitUsage);
}

function positive(text: string): number {
  const days = Number(text);
  if (!(days > 0 && days <= 3650)) throw new InvalidArgumentError('a number of days above 0');
  return days;
}
