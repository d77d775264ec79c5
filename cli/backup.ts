import { parseOptions } from './backup/options.ts';
import { runCommand } from './run-command.ts';

/** `npm run backup`: the entry. */
const options = parseOptions(process.argv.slice(2));

await runCommand({ undone: 'no backup was noted', debug: options.debug === true }, async (signal) => {
  const { backup } = await import('./backup/backup.ts');
  return backup(options, signal);
});
