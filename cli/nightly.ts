import { parseOptions } from './nightly/options.ts';
import { runCommand } from './run-command.ts';

/** `npm run nightly`: the entry. */
const options = parseOptions(process.argv.slice(2));

await runCommand({ undone: 'the night is not decided', debug: options.debug === true }, async (signal) => {
  const { nightly } = await import('./nightly/nightly.ts');
  return nightly(options, signal);
});
