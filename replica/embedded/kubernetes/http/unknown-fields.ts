import * as models from '@kubernetes/client-node/dist/gen/models/all.js';
import type { KubeObject } from '../object.ts';

/** What the Kubernetes client knows of a kind: its members by their names in JSON, and their types in TypeScript. */
interface Model {
  getAttributeTypeMap(): readonly { readonly baseName: string; readonly type: string }[];
}

/** The kinds whose name two groups share. */
const shared: Readonly<Record<string, string>> = {
  'v1/Event': 'CoreV1Event',
  'events.k8s.io/v1/Event': 'EventsV1Event',
};

/** The paths of an object's members that its kind does not have, as `spec.replcas`. None for a kind without a schema. */
export function unknownFields(object: KubeObject): readonly string[] {
  const { apiVersion, kind } = object;
  const version = apiVersion.split('/').at(-1) ?? '';
  const name = shared[`${apiVersion}/${kind}`] ?? `V${version.slice(1)}${kind}`;
  return unknownIn(name, object, '');
}

function unknownIn(type: string, value: unknown, path: string): string[] {
  const members = membersOf(type);
  if (!members || value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([member, inner]) => {
    const at = path === '' ? member : `${path}.${member}`;
    const known = members.get(member);
    if (known === undefined) return [at];
    if (!Array.isArray(inner)) return unknownIn(known, inner, at);
    const item = known.replace(/^Array<(.*)>$/, '$1');
    return inner.flatMap((each, index) => unknownIn(item, each, `${at}[${index}]`));
  });
}

/** A type's members and their types; undefined for a type that is no object, or may be anything. */
function membersOf(type: string): ReadonlyMap<string, string> | undefined {
  const model = (models as unknown as Readonly<Record<string, Model | undefined>>)[type];
  if (!model?.getAttributeTypeMap) return undefined;
  return new Map(model.getAttributeTypeMap().map(({ baseName, type: of }) => [baseName, of]));
}
