import { parseUndo } from './cutover/options.ts';
import { runCommand } from './run-command.ts';

/** `npm run cutover:undo`: the entry. */
const options = parseUndo(process.argv.slice(2));

await runCommand(
  { undone: 'what is said above was done, and nothing else', debug: options.debug === true },
  async (signal) => {
    const { undo } = await import('./cutover/cutover.ts');
    return undo(options, signal);
  },
);
