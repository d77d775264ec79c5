import { type ActOptions, actCommand } from '../acts/options.ts';

export interface InventoryOptions extends ActOptions {
  readonly yaml?: true;
}

/** Reads the command line. Ends the process for `--help` (0) and for what it does not understand (64). */
export function parseOptions(argv: readonly string[]): InventoryOptions {
  const command = actCommand(
    'inventory',
    'Lists what the old system consists of, by what runs in its namespaces (plan 2.2), as Markdown. It writes nothing. Exit code 0, or 2 when something could not be looked at.',
  ).option('--yaml', 'print the same as lines of the section old of migration.yaml');
  command.parse(argv, { from: 'user' });
  return command.opts<InventoryOptions>();
}
