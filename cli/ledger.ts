import { parseOptions } from './ledger/options.ts';
import { runCommand } from './run-command.ts';

/** `npm run ledger`: the entry. */
const options = parseOptions(process.argv.slice(2));

await runCommand({ undone: 'nothing was shown', debug: options.debug === true }, async () => {
  const { ledger } = await import('./ledger/ledger.ts');
  return ledger(options);
});
