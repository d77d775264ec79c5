import type { BackupConfig } from '../config/schema.ts';
import { type ShellOptions, shellAbout } from './shell.ts';

/**
 * Stores a backup where it is kept besides, and looks for it there: both commands have to succeed. Returns when it was
 * seen there; undefined where migration.yaml names no such place. Throws `ShellFailed`.
 */
export async function storeBackup(
  path: string,
  { store }: Pick<BackupConfig, 'store'>,
  options: ShellOptions,
): Promise<string | undefined> {
  if (store === undefined) return undefined;
  await shellAbout(path, store.command, options);
  await shellAbout(path, store.check, options);
  return new Date().toISOString();
}
