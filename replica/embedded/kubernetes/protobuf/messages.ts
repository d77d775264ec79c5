import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';

/** Members of Go structs that stand in JSON as if their own members were the outer one's. */
export const inlined: ReadonlySet<string> = new Set([
  'volumeSource',
  'persistentVolumeSource',
  'localObjectReference',
  'handler',
  'ephemeralContainerCommon',
  'ingressRuleValue',
]);

let parsed: protobuf.Root | undefined;

/** The messages of kubernetes-api.proto, read at the first use. */
export function messages(): protobuf.Root {
  if (parsed) return parsed;
  const text = readFileSync(new URL('./kubernetes-api.proto', import.meta.url), 'utf8');
  const { root } = protobuf.parse(text, { keepCase: true });
  root.resolveAll();
  parsed = root;
  return root;
}

/** The message of a kind; undefined for one that Kubernetes itself does not have. */
export function messageOf(apiVersion: string, kind: string): protobuf.Type | undefined {
  if (kind === 'DeleteOptions') return messages().lookupType('meta_v1_DeleteOptions');
  const [group = '', version] = apiVersion.includes('/') ? apiVersion.split('/') : ['core', apiVersion];
  const found = messages().get(`${group.split('.')[0]}_${version}_${kind}`);
  return found instanceof protobuf.Type ? found : undefined;
}
