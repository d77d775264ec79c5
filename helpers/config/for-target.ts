import type { Migration, TargetConfig } from './schema.ts';

/** The migration as it is for one of its targets: what that target says itself comes before what holds for all. */
export function forTarget(migration: Migration, { credentials = {} }: Pick<TargetConfig, 'credentials'>): Migration {
  return { ...migration, credentials: { ...migration.credentials, ...credentials } };
}
