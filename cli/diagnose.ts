import { parseOptions } from './diagnose/options.ts';
import { runCommand } from './run-command.ts';

/** `npm run diagnose gaps`: the entry. */
const { subject, options } = parseOptions(process.argv.slice(2));

await runCommand({ undone: 'nothing was found out', debug: options.debug === true }, async (signal) => {
  switch (subject) {
    case 'gaps': {
      const { diagnoseGaps } = await import('./diagnose/gaps.ts');
      return diagnoseGaps(options, signal);
    }
  }
});
