import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../kubernetes/object.ts';

/** The data of a ConfigMap in replica/manifests/FILE.yaml, by the paths at which its pods mount it. */
export function mountedConfigMap(file: string, name: string, mountPath: string): Map<string, string> {
  const text = readFileSync(new URL(`../../manifests/${file}.yaml`, import.meta.url), 'utf8');
  const found = parseAllDocuments(text)
    .map((document) => document.toJS() as KubeObject)
    .find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name);
  if (!found) throw new Error(`${file}.yaml has no ConfigMap ${name}`);
  const data = found.data as Record<string, string>;
  return new Map(Object.entries(data).map(([key, value]) => [`${mountPath}/${key}`, value]));
}
