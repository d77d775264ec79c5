/** What makes two items of a list the same, by the patchMergeKey tags of the API's own types. */
const keysByMember: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  ephemeralContainers: 'name',
  env: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
  volumeDevices: 'devicePath',
  imagePullSecrets: 'name',
  hostAliases: 'ip',
  topologySpreadConstraints: 'topologyKey',
  resourceClaims: 'name',
  ownerReferences: 'uid',
  conditions: 'type',
  addresses: 'type',
  taints: 'key',
  podIPs: 'ip',
  hostIPs: 'ip',
  secrets: 'name',
  sources: 'name',
};

/** Lists of plain values that merge as sets. */
const sets: ReadonlySet<string> = new Set(['finalizers']);

/** The key that items of a list are merged by; undefined for a list that a patch replaces whole. `path` leads to the list. */
export function mergeKey(path: readonly string[]): string | undefined {
  const member = path.at(-1) ?? '';
  const parent = path.at(-2);
  // A path has no entry for an item: the list's own name is the parent of its items' members.
  if (member === 'ports')
    return parent === 'containers' || parent === 'initContainers'
      ? 'containerPort'
      : parent === 'spec'
        ? 'port'
        : undefined;
  return keysByMember[member];
}

export function isSet(path: readonly string[]): boolean {
  return sets.has(path.at(-1) ?? '');
}
