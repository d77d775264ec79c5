import { parseOptions } from './diagnose/options.ts';
import { runCommand } from './run-command.ts';

/** `npm run diagnose gaps` and `npm run diagnose resources`: the entry. */
const diagnosis = parseOptions(process.argv.slice(2));
const { options } = diagnosis;

await runCommand({ undone: 'nothing was found out', debug: options.debug === true }, async (signal) => {
  switch (diagnosis.subject) {
    case 'gaps': {
      const { diagnoseGaps } = await import('./diagnose/gaps.ts');
      return diagnoseGaps(diagnosis.options, signal);
    }
    case 'resources': {
      const { diagnoseResources } = await import('./diagnose/resources.ts');
      return diagnoseResources(diagnosis.options, signal);
    }
  }
});
