import type { Migration } from '../../config/schema.ts';

/** The entry under `credentials` of this name; the configuration has been checked to have it. */
export function credentialOf({ credentials }: Pick<Migration, 'credentials'>, name: string) {
  const credential = credentials[name];
  if (credential === undefined) throw new Error(`migration.yaml has no credentials ${name}`);
  return credential;
}
