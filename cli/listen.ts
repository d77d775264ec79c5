import { parseOptions } from './listen/options.ts';
import { runCommand } from './run-command.ts';

/** `npm run listen`: the entry. */
const options = parseOptions(process.argv.slice(2));

await runCommand(
  { undone: 'what was heard since the last entry is not noted', debug: options.debug === true },
  async (signal) => {
    const { listenToMqtt } = await import('./listen/listen.ts');
    return listenToMqtt(options, signal);
  },
);
