import { loadMigration } from '../../helpers/config/load.ts';
import { needs } from '../../helpers/doctor/needs.ts';
import { manifest } from './manifest.ts';
import type { RbacOptions } from './options.ts';

/**
 * Prints the account. Credentials count as held in their Secrets, whatever this machine's environment has.
 *
 * @returns the exit code, 0. Throws `ConfigError` (exit code 64)
 */
export async function rbac({ config }: RbacOptions): Promise<number> {
  process.stdout.write(manifest(needs(loadMigration(config), {})));
  return 0;
}
