import { type ActOptions, actCommand } from '../acts/options.ts';

export interface CaptureOptions extends ActOptions {
  readonly json?: true;
}

/** Reads the command line. Ends the process for `--help` (0) and for what it does not understand (64). */
export function parseOptions(argv: readonly string[]): CaptureOptions {
  const command = actCommand(
    'state:capture',
    'Writes the state before the cutover into the ledger: workloads, manifests, offsets, tables, usage. It reads the cluster and changes nothing in it. Exit code 0 when the capture is whole, 2 when something could not be observed.',
  ).option('--json', 'print the entry as one JSON document, and write it nowhere');
  command.parse(argv, { from: 'user' });
  return command.opts<CaptureOptions>();
}
