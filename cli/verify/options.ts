import { Command, InvalidArgumentError, Option } from 'commander';
import { exitUsage } from '../usage-error.ts';
import type { TargetOptions } from './target.ts';

export interface VerifyOptions extends TargetOptions {
  readonly config: string;
  readonly only: readonly string[];
  readonly list?: true;
  readonly short?: true;
  readonly json?: true;
  readonly debug?: true;
  readonly out: string;
}

/** Reads the command line. Ends the process for `--help` (0) and for what it does not understand (64). */
export function parseOptions(argv: readonly string[]): { readonly phase: string; readonly options: VerifyOptions } {
  const ids = (value: string, before: readonly string[]) => {
    const named = value
      .split(',')
      .map((id) => id.trim())
      .filter((id) => id !== '');
    // No id at all, as an unset variable leaves it, must not mean every criterion.
    if (named.length === 0) throw new InvalidArgumentError('It names no criterion; --list names them all.');
    return [...before, ...named];
  };
  const command = new Command('verify')
    .description(
      'Judges whether a phase of the migration is done: GO (exit code 0), NO-GO (1) or INCONCLUSIVE (2). It never writes.',
    )
    .argument(
      '<phase>',
      'phase1 … phase8, ready-phase8, rollback, complete, post; or all that applies at the point reached: all',
    )
    .option('--config <file>', 'the migration as data', 'migration.yaml')
    .option('--target <name>', "one of the file's targets, instead of its default")
    .option('--context <name>', "a context of the kubeconfig, instead of the target's own")
    .option('--kubeconfig <file>', "a kubeconfig, instead of the target's own")
    .addOption(
      new Option('--only <ids>', 'only these criteria, separated by commas; may be repeated')
        .argParser(ids)
        .default([], 'all of the phase'),
    )
    .option('--list', 'list the criteria and end')
    .option('--short', 'print the decision, and one line for each criterion that does not pass')
    .option('--json', 'print one JSON document and nothing else (docs/verify-result.schema.json)')
    .option('--out <dir>', 'where reports are kept', 'reports/out')
    .option('--debug', "show where errors came from, and the run's own messages")
    .showSuggestionAfterError()
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : exitUsage));
  command.parse(argv, { from: 'user' });
  return { phase: command.args[0] ?? '', options: command.opts<VerifyOptions>() };
}
