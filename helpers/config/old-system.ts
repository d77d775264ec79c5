import type { Migration, WorkloadRef } from './schema.ts';

/** Which of the old system's names mean what, as migration.yaml has them: what was declared absent is left out. */

/** Every old workload. */
export function oldWorkloads({ old }: Migration): WorkloadRef[] {
  return old.workloads.filter(
    ({ kind, namespace, name }) =>
      !old.absent.some((each) => each.kind === kind && each.name === `${namespace}/${name}`),
  );
}

/** Those that a cutover scales down: all but what holds the data (plan 5.1). */
export function cutoverWorkloads(migration: Migration): WorkloadRef[] {
  return oldWorkloads(migration).filter(({ namespace }) => !migration.old.dataNamespaces.includes(namespace));
}

/** Every namespace of the old system, its data's included. */
export function oldNamespaces({ old }: Migration): string[] {
  const absent = new Set(old.absent.flatMap(({ kind, name }) => (kind === 'Namespace' ? [name] : [])));
  const all = [...old.workloads.map(({ namespace }) => namespace), ...old.namespaces, ...old.dataNamespaces];
  return [...new Set(all)].filter((name) => !absent.has(name));
}

/** The old topics and groups that should be there. */
export function oldTopics({ old }: Migration): string[] {
  return old.topics.filter((topic) => !old.absent.some(({ kind, name }) => kind === 'topic' && name === topic));
}

export function oldGroups({ old }: Migration): string[] {
  return old.groups.filter((group) => !old.absent.some(({ kind, name }) => kind === 'group' && name === group));
}

/** Whether a name is meant by a pattern in which `*` stands for anything. */
export function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}
