import { parseOptions } from './rbac/options.ts';
import { runCommand } from './run-command.ts';

/** `npm run rbac`: the entry. */
const options = parseOptions(process.argv.slice(2));

await runCommand({ undone: 'nothing was printed', debug: options.debug === true }, async () => {
  const { rbac } = await import('./rbac/rbac.ts');
  return rbac(options);
});
