import { Argument, Option } from 'commander';
import { type SignOffSubject, signOffSubjects } from '../../helpers/sign-off/schema.ts';
import { type ActOptions, actCommand } from '../acts/options.ts';

export interface SignOffOptions extends ActOptions {
  readonly by: string;
  readonly note?: string;
}

/** Reads the command line. Ends the process for `--help` (0) and for what it does not understand (64). */
export function parseOptions(argv: readonly string[]): {
  readonly subject: SignOffSubject;
  readonly options: SignOffOptions;
} {
  const command = actCommand('sign-off', 'Notes in the ledger who answers for what: C.sign-off and PM.docs ask for it.')
    .addArgument(new Argument('<subject>', 'what is signed off').choices(signOffSubjects))
    .addOption(new Option('--by <name>', 'who signs').makeOptionMandatory())
    .option('--note <words>', 'what shall stand beside the name');
  command.parse(argv, { from: 'user' });
  return { subject: command.args[0] as SignOffSubject, options: command.opts<SignOffOptions>() };
}
