import { parseOptions } from './init/options.ts';
import { runCommand } from './run-command.ts';

/** `npm run init`: the entry. */
const options = parseOptions(process.argv.slice(2));

await runCommand({ undone: 'nothing was written', debug: options.debug === true }, async (signal) => {
  const { init } = await import('./init/init.ts');
  return init(options, signal);
});
