import { parseOptions } from './restore/options.ts';
import { runCommand } from './run-command.ts';

/** `npm run restore`: the entry. */
const options = parseOptions(process.argv.slice(2));

await runCommand({ undone: 'the restore is not finished', debug: options.debug === true }, async (signal) => {
  const { restoreCommand } = await import('./restore/restore.ts');
  return restoreCommand(options, signal);
});
