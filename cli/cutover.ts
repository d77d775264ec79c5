import { parseCutover } from './cutover/options.ts';
import { runCommand } from './run-command.ts';

/** `npm run cutover`: the entry. */
const options = parseCutover(process.argv.slice(2));

await runCommand(
  { undone: 'what is said above was done, and nothing else', debug: options.debug === true },
  async (signal) => {
    const { cutover } = await import('./cutover/cutover.ts');
    return cutover(options, signal);
  },
);
