import { InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { type ActOptions, changingCommand } from '../acts/options.ts';

export interface CutoverOptions extends ActOptions {
  readonly out: string;
  /** When it was made by hand. */
  readonly madeAt?: Date;
}

export interface UndoOptions extends ActOptions {
  readonly stopNew?: true;
}

/** Reads the command line. Ends the process for `--help` (0) and for what it does not understand (64). */
export function parseCutover(argv: readonly string[]): CutoverOptions {
  const command = changingCommand(
    'cutover',
    'Scales the old system down: verifies phase 4 again, shows what it will do, asks, suspends the owners in Flux, scales, and waits until it is so. Exit code 0 when it is done.',
  )
    .option('--out <dir>', 'where the report of phase 4 is kept', 'reports/out')
    .option('--made-at <time>', 'note a cutover that was made by hand then, and change nothing', instant);
  command.parse(argv, { from: 'user' });
  return command.opts<CutoverOptions>();
}

export function parseUndo(argv: readonly string[]): UndoOptions {
  const command = changingCommand(
    'cutover:undo',
    'Scales the old system up to the replicas that were captured, waits until it is ready, and only then resumes Flux. Exit code 0 when it is done.',
  ).option('--stop-new', 'take the new system’s bridge and sinks down as well (the plan’s rollback, step 2)');
  command.parse(argv, { from: 'user' });
  return command.opts<UndoOptions>();
}

function instant(text: string): Date {
  const { data } = z.iso.datetime({ offset: true }).safeParse(text);
  if (data === undefined) throw new InvalidArgumentError('A time with its zone is wanted: 2026-11-24T02:10:00Z.');
  return new Date(data);
}
