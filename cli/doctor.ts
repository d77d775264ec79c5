import { parseOptions } from './doctor/options.ts';
import { runCommand } from './run-command.ts';

/** `npm run doctor`: the entry. */
const options = parseOptions(process.argv.slice(2));

await runCommand({ undone: 'nothing was found out', debug: options.debug === true }, async (signal) => {
  const { doctor } = await import('./doctor/doctor.ts');
  return doctor(options, signal);
});
