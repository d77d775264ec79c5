import { stringify } from 'yaml';
import type { TopicConsumer, TopicState } from '../../helpers/broker/observed.ts';
import type { ClaimState, TemplateState } from '../../helpers/cluster/observed.ts';
import type { Migration } from '../../helpers/config/schema.ts';
import type { TableState } from '../../helpers/database/observed.ts';

/** The old system as it was found. */
export interface Found {
  readonly templates: readonly TemplateState[];
  readonly claims: readonly ClaimState[];
  readonly topics: readonly TopicState[];
  readonly groups: readonly TopicConsumer[];
  readonly tables: readonly TableState[];
}

/** The list that the plan's 2.2 asks for: by namespace what runs there, what it needs and what holds data. */
export function inventoryMarkdown({ templates, claims, topics, groups, tables }: Found, migration: Migration): string {
  const careful = new Set(migration.old.dataNamespaces);
  const lines = [
    '# Old resources',
    ...[...Map.groupBy(templates, ({ namespace }) => namespace)].flatMap(([namespace, own]) => [
      '',
      `## namespace ${namespace}${careful.has(namespace) ? ' (CAREFUL: it holds the old data)' : ''}`,
      '',
      '| what | replicas | images | applied by | Secrets | ConfigMaps |',
      '|---|---|---|---|---|---|',
      ...own.map(
        ({ kind, name, replicas, images, owner, secrets, configMaps }) =>
          `| ${kind} ${name} | ${kind === 'CronJob' ? '' : replicas} | ${images.join(', ')} | ${owner?.name ?? ''} | ${secrets.join(', ')} | ${configMaps.join(', ')} |`,
      ),
      ...claims
        .filter((claim) => claim.namespace === namespace)
        .map(
          ({ name, capacity, reclaimPolicy, mountedBy }) =>
            `\n- claim ${name}: ${capacity ?? 'of unknown size'}, policy ${reclaimPolicy ?? 'unknown'}, mounted by ${mountedBy.join(', ') || 'nobody'}`,
        ),
    ]),
    '',
    '## topics, groups and tables',
    '',
    ...topics.map(
      ({ topic, exists, newestAt }) =>
        `- topic ${topic}: ${exists ? `newest record of ${newestAt ?? 'no time'}` : 'does not exist'}`,
    ),
    ...groups.map(({ group, state, members }) => `- group ${group}: ${state}, ${members.length} members`),
    ...tables.map(
      ({ table, newestAt, sizeBytes }) =>
        `- table ${table}: ${sizeBytes} bytes, newest row of ${newestAt ?? 'no time'}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** Lines that fit the section old of migration.yaml. */
export function inventoryYaml({ templates, topics, groups }: Found, migration: Migration): string {
  const runs = templates.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet');
  const secrets = new Map(
    templates.flatMap(({ namespace, secrets: names }) =>
      names.map((name) => [`${namespace}/${name}`, { namespace, name }] as const),
    ),
  );
  return stringify({
    workloads: runs.map(({ kind, namespace, name, replicas }) => ({ kind, namespace, name, replicas })),
    cronJobs: templates.filter(({ kind }) => kind === 'CronJob').map(({ namespace, name }) => ({ namespace, name })),
    namespaces: migration.old.namespaces,
    dataNamespaces: migration.old.dataNamespaces,
    topics: topics.filter(({ exists }) => exists).map(({ topic }) => topic),
    groups: groups.map(({ group }) => group),
    secrets: [...secrets.values()],
  });
}
