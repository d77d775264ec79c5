import { InvalidArgumentError } from 'commander';
import { duration } from '../../helpers/config/duration.ts';
import { type ActOptions, actCommand } from '../acts/options.ts';

export interface ListenOptions extends ActOptions {
  /** Seconds from one entry to the next. */
  readonly every: number;
}

/** Reads the command line. Ends the process for `--help` (0) and for what it does not understand (64). */
export function parseOptions(argv: readonly string[]): ListenOptions {
  const command = actCommand(
    'listen',
    'Counts the MQTT messages of each stream until ctrl-C and notes them in the ledger, for P5.no-loss to set beside what came to Kafka. Start it before the cutover. It publishes nothing and keeps no message.',
  ).option('--every <duration>', 'from one entry of the ledger to the next', seconds, 300);
  command.parse(argv, { from: 'user' });
  return command.opts<ListenOptions>();
}

function seconds(text: string): number {
  const { data } = duration.safeParse(text);
  if (data === undefined || data <= 0) throw new InvalidArgumentError('a duration such as 30s or 5m');
  return data;
}
