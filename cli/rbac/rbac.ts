import { forTarget } from '../../helpers/config/for-target.ts';
import { loadMigration } from '../../helpers/config/load.ts';
import { needs } from '../../helpers/doctor/needs.ts';
import { chooseTarget } from '../verify/target.ts';
import { manifest } from './manifest.ts';
import type { RbacOptions } from './options.ts';

/**
 * Prints the account. Credentials count as held in their Secrets, whatever this machine's environment has.
 *
 * @returns the exit code, 0. Throws `ConfigError` or `UsageError` (exit code 64)
 */
export async function rbac(options: RbacOptions): Promise<number> {
  const migration = loadMigration(options.config);
  const { config } = chooseTarget(migration, options);
  process.stdout.write(manifest(needs(forTarget(migration, config), {})));
  return 0;
}
