import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { loadMigration } from '../../helpers/config/load.ts';
import { needs } from '../../helpers/doctor/needs.ts';
import { manifest } from './manifest.ts';

const file = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const migration = loadMigration(file('migration.yaml'));

test('deploy/rbac.yaml is what npm run rbac prints for migration.yaml', () => {
  expect(readFileSync(file('deploy/rbac.yaml'), 'utf8')).toBe(manifest(needs(migration, {})));
});

interface Granting {
  readonly kind: string;
  readonly metadata: { readonly namespace?: string };
  readonly rules?: readonly {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly resourceNames?: readonly string[];
    readonly verbs: readonly string[];
  }[];
}

test('it grants each need in its namespace, and nothing beside', () => {
  const documents = parseAllDocuments(manifest(needs(migration, {}))).map((each) => each.toJS() as Granting);
  const granted = documents.flatMap(({ kind, metadata, rules = [] }) =>
    rules.flatMap(({ apiGroups: [group], resources, resourceNames = [''], verbs }) =>
      resources.flatMap((resource) =>
        resourceNames.flatMap((name) =>
          verbs.map((verb) => [kind === 'Role' ? metadata.namespace : '', verb, resource, group, name].join(' ')),
        ),
      ),
    ),
  );
  const needed = needs(migration, {}).map(({ namespace, verb, resource, group, name = '' }) =>
    [resource === 'namespaces' ? '' : namespace, verb, resource, group, name].join(' '),
  );
  expect(granted.toSorted()).toEqual(needed.toSorted());
});
