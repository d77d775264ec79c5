import { runCommand } from './run-command.ts';
import { parseOptions } from './state-capture/options.ts';

/** `npm run state:capture`: the entry. */
const options = parseOptions(process.argv.slice(2));

await runCommand({ undone: 'nothing was captured', debug: options.debug === true }, async (signal) => {
  const { stateCapture } = await import('./state-capture/state-capture.ts');
  return stateCapture(options, signal);
});
