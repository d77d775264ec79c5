import { parseOptions } from './report/options.ts';
import { runCommand } from './run-command.ts';

/** `npm run report`: the entry. */
const options = parseOptions(process.argv.slice(2));

await runCommand({ undone: 'no report was written', debug: options.debug === true }, async (signal) => {
  const { report } = await import('./report/report.ts');
  return report(options, signal);
});
