import { runCommand } from './run-command.ts';
import { parseOptions } from './verify/options.ts';

/** `npm run verify:phaseN`: the entry. */
const { phase, options } = parseOptions(process.argv.slice(2));

await runCommand({ undone: 'nothing was decided', debug: options.debug === true }, async (signal) => {
  if (phase === 'all') {
    const { verifyAll } = await import('./verify-all/verify-all.ts');
    return verifyAll(options, signal);
  }
  const { verify } = await import('./verify/verify.ts');
  return verify(phase, options, signal);
});
