import { parseOptions } from './inventory/options.ts';
import { runCommand } from './run-command.ts';

/** `npm run inventory`: the entry. */
const options = parseOptions(process.argv.slice(2));

await runCommand({ undone: 'nothing was listed', debug: options.debug === true }, async () => {
  const { inventory } = await import('./inventory/inventory.ts');
  return inventory(options);
});
