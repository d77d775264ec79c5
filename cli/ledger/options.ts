import { InvalidArgumentError, Option } from 'commander';
import { type ActOptions, actCommand } from '../acts/options.ts';

export interface LedgerOptions extends ActOptions {
  readonly last: number;
}

/** Reads the command line. Ends the process for `--help` (0) and for what it does not understand (64). */
export function parseOptions(argv: readonly string[]): LedgerOptions {
  const command = actCommand(
    'ledger',
    "Shows what was noted of the target's cluster: a calendar of days, and the runs and acts.",
  );
  command.addOption(new Option('--last <entries>', 'so many of the latest').argParser(count).default(30));
  command.parse(argv, { from: 'user' });
  return command.opts<LedgerOptions>();
}

function count(text: string): number {
  const entries = Number(text);
  if (!Number.isInteger(entries) || entries < 1) throw new InvalidArgumentError('It is no whole number above 0.');
  return entries;
}
