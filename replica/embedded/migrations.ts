import type { KubeObject } from './kubernetes/object.ts';

/**
 * What the migration Job of a namespace did when the replica's past began: the files of its ConfigMap in order, each
 * recorded in schema_migrations. The Job itself is gone by its ttl. When it did so is said by `appliedAt`, apart from
 * the rest, for the rest is cached.
 */
export function migrationsOf(manifests: readonly KubeObject[], namespace: string): readonly string[] {
  const configMap = manifests.find(
    ({ kind, metadata }) =>
      kind === 'ConfigMap' && metadata.namespace === namespace && metadata.name.endsWith('-migrations'),
  );
  if (!configMap) return [];
  const files = Object.entries((configMap.data ?? {}) as Record<string, string>).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    'CREATE TABLE schema_migrations (version int PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
    ...files.map(([file, sql]) => {
      const [, version = '', name = ''] = /^(\d+)_(.*)\.sql$/.exec(file) ?? [];
      return `${sql};\nINSERT INTO schema_migrations VALUES (${Number(version)}, '${name}')`;
    }),
  ];
}

export function appliedAt(at: Date): string {
  return `UPDATE schema_migrations SET applied_at = '${at.toISOString()}'`;
}
