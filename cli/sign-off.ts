import { runCommand } from './run-command.ts';
import { parseOptions } from './sign-off/options.ts';

/** `npm run sign-off -- SUBJECT --by NAME`: the entry. */
const { subject, options } = parseOptions(process.argv.slice(2));

await runCommand({ undone: 'nothing was signed off', debug: options.debug === true }, async () => {
  const { signOff } = await import('./sign-off/sign-off.ts');
  return signOff(subject, options);
});
