import type { GroupState, TopicState } from '../../broker/observed.ts';
import type { NamespaceState, WorkloadState } from '../../cluster/observed.ts';
import type { Migration } from '../../config/schema.ts';
import type { TableState } from '../../database/observed.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from '../verdict.ts';
import { count, foundInstead } from '../words.ts';

export interface NamedObserved {
  readonly workloads: Sightings<WorkloadState>;
  readonly namespaces: Sightings<NamespaceState>;
  readonly topics: Sightings<TopicState>;
  readonly groups: Sightings<GroupState>;
  readonly tables: Sightings<TableState>;
}

/**
 * P2.named-exist (plan 2.1): every old resource that migration.yaml names exists, or is declared absent. The plan's own
 * commands throw the error of a wrong name away, and scale nothing.
 */
export function judgeNamed(observed: NamedObserved, migration: Migration): Verdict {
  const { workloads, namespaces, topics, groups, tables } = observed;
  const findings: Finding[] = [
    ...workloads.seen.map(({ kind, namespace, name, exists, foundInstead: near, replicasReady, replicasDesired }) =>
      named(`${kind} ${namespace}/${name}`, exists, {
        there: `${replicasReady} of ${replicasDesired} ready`,
        instead: foundInstead(near),
        look: `kubectl get ${kind.toLowerCase()}s -A`,
      }),
    ),
    ...namespaces.seen.map(({ name, exists, terminatingSince }) =>
      named(`namespace ${name}`, exists, {
        there: terminatingSince === undefined ? 'there' : `terminating since ${terminatingSince}`,
        instead: '',
        look: 'kubectl get namespaces',
      }),
    ),
    ...topics.seen.map(({ topic, exists, foundInstead: near, partitions }) =>
      named(`topic ${topic}`, exists, {
        there: count(partitions.length, 'partition'),
        instead: foundInstead(near),
        look: kafkaLook(migration, 'topic list'),
      }),
    ),
    // A broker answers for a group that it never heard of as for one that is dead.
    ...groups.seen.map(({ group, state, partitions }) =>
      named(
        `group ${group}`,
        state !== 'Dead' || partitions.some(({ committedOffset }) => committedOffset !== undefined),
        {
          there: state,
          instead: '',
          look: kafkaLook(migration, 'group list'),
        },
      ),
    ),
    ...(tables.unseen.length > 0
      ? []
      : [
          named('database', tables.seen.length > 0, {
            there: count(tables.seen.length, 'table'),
            instead: ': it has no table, so it is not where the old data lies',
            look: `kubectl exec -n ${migration.old.database.namespace} service/${migration.old.database.service} -- psql -U postgres -l`,
          }),
        ]),
  ];
  const unseen = [workloads, namespaces, topics, groups, tables].flatMap((each) => each.unseen);
  return verdictOf([...findings, ...unseenFindings(unseen)], {
    expected:
      'every old workload, namespace, topic, group and database that migration.yaml names exists, or is declared absent',
    pass: `${count(findings.length, 'name exists', 'names exist')}${absentWords(migration)}`,
    hint: 'Correct the name under old in migration.yaml, or declare it under old.absent with the reason: a command that scales a name which does not exist changes nothing.',
  });
}

function named(
  subject: string,
  exists: boolean,
  words: { readonly there: string; readonly instead: string; readonly look: string },
): Finding {
  return exists
    ? { subject, verdict: 'pass', observed: words.there }
    : { subject, verdict: 'fail', observed: `does not exist${words.instead}`, look: words.look };
}

function absentWords({ old: { absent } }: Migration): string {
  return absent.length === 0
    ? ''
    : `; declared absent: ${absent.map(({ kind, name }) => `${kind} ${name}`).join(', ')}`;
}

function kafkaLook({ new: { kafka } }: Migration, command: string): string {
  return `kubectl exec -n ${kafka.namespace} service/${kafka.service} -- rpk ${command}`;
}
