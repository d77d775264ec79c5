import type { TopicConsumer } from '../../broker/observed.ts';
import type { Mention, PodAddress } from '../../cluster/observed.ts';
import { matches, oldNamespaces } from '../../config/old-system.ts';
import type { Migration } from '../../config/schema.ts';
import type { SessionState } from '../../database/observed.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from '../verdict.ts';
import { count } from '../words.ts';

export interface Consumption {
  readonly mentions: Sightings<Mention>;
  readonly groups: Sightings<TopicConsumer>;
  readonly sessions: Sightings<SessionState>;
  readonly pods: Sightings<PodAddress>;
}

/** Something that reads the old system and is no part of it. */
interface Consumer {
  /** `Deployment monitoring/grafana`, `group exporter`, `session reader from 10.0.0.9 (psql)`. */
  readonly name: string;
  /** Where it was seen, each in words. */
  readonly seen: readonly string[];
  /** The namespaces of the old system that it reads; none for a topic. */
  readonly reads: readonly string[];
  readonly look?: string;
  /** The address that it was seen at belongs to no pod that could be seen. */
  readonly isNowhere?: true;
}

/**
 * P2.no-live-consumer: nothing outside the old system still reads it, by every trace that a reader leaves: members of
 * other groups on its topics, sessions in its database, objects that name one of its Services.
 */
export function judgeNoConsumer(observed: Consumption, migration: Migration): Verdict {
  return judgeConsumers(observed, migration, (consumer, becomes) => ({
    verdict: 'fail',
    ...(becomes === undefined ? {} : { observed: `${words(consumer)}; declared: ${becomes}` }),
  }));
}

/** P4.no-live-consumer: as P2's, or each consumer is declared with what becomes of it. */
export function judgeDeclaredConsumers(observed: Consumption, migration: Migration): Verdict {
  return judgeConsumers(observed, migration, (consumer, becomes) =>
    becomes === undefined
      ? { verdict: 'fail' }
      : { verdict: 'pass', observed: `${words(consumer)}; declared: ${becomes}` },
  );
}

/** P8.no-consumer: as P2's; who reads the data that stays, and is declared, may go on. */
export function judgeNoConsumerLeft(observed: Consumption, migration: Migration): Verdict {
  const { dataNamespaces, deleteData } = migration.old;
  const stays = dataNamespaces.filter((name) => !deleteData.some(({ namespace }) => namespace === name));
  return judgeConsumers(observed, migration, (consumer, becomes) => {
    const goesOn = consumer.reads.length > 0 && consumer.reads.every((namespace) => stays.includes(namespace));
    return becomes !== undefined && goesOn
      ? { verdict: 'pass', observed: `${words(consumer)}, which stays; declared: ${becomes}` }
      : { verdict: 'fail' };
  });
}

function judgeConsumers(
  observed: Consumption,
  migration: Migration,
  judge: (consumer: Consumer, becomes: string | undefined) => Pick<Finding, 'verdict'> & { observed?: string },
): Verdict {
  const consumers = consumersOf(observed, migration);
  const findings = consumers.map((consumer): Finding => {
    const declared = migration.old.consumers.find(({ match }) => matches(match, consumer.name));
    const finding = { subject: consumer.name, ...(consumer.look === undefined ? {} : { look: consumer.look }) };
    // It may be a pod of the old system itself.
    if (consumer.isNowhere && observed.pods.unseen.length > 0) {
      return {
        ...finding,
        verdict: 'inconclusive',
        observed: `${words(consumer)}; whose pod that is could not be seen`,
      };
    }
    return { ...finding, observed: words(consumer), ...judge(consumer, declared?.becomes) };
  });
  const { mentions, groups, sessions, pods } = observed;
  const unseen = [mentions, groups, sessions, pods].flatMap((each) => each.unseen);
  const looked: Finding[] = [
    ...(groups.unseen.length > 0 ? [] : [none('groups on old topics', `${count(groups.seen.length, 'group')}`)]),
    ...(sessions.unseen.length > 0 ? [] : [none('sessions in the old database', count(sessions.seen.length, 'kind'))]),
    ...(mentions.unseen.length > 0
      ? []
      : [none('objects that name the old system', count(mentions.seen.length, 'place'))]),
  ];
  return verdictOf([...findings, ...looked, ...unseenFindings(unseen)], {
    expected: 'nothing outside the old system reads its topics, its database or its Services',
    pass:
      consumers.length === 0
        ? 'groups, sessions and objects of all namespaces: none but the old system’s own'
        : `${count(consumers.length, 'consumer')}, each declared`,
    hint: 'Move it to the new system, or say under old.consumers in migration.yaml what becomes of it: after the cutover it gets nothing any more.',
  });
}

/** What was looked through stands in the evidence, so that a pass rests on something. */
function none(subject: string, seen: string): Finding {
  return { subject, verdict: 'pass', observed: `looked through: ${seen} in all` };
}

function words({ seen }: Consumer): string {
  return seen.join('; ');
}

function consumersOf({ mentions, groups, sessions, pods }: Consumption, migration: Migration): Consumer[] {
  const old = new Set(oldNamespaces(migration));
  const podAt = (host: string | undefined) => pods.seen.find(({ address }) => address === host?.replace(/^\//, ''));
  const byMention = mentions.seen
    // Whoever names an old topic is an old workload that nobody listed: see unlisted.ts.
    .filter(({ names }) => !names.startsWith('topic '))
    .map(
      (mention): Consumer => ({
        name: `${mention.kind} ${mention.namespace}/${mention.name}`,
        seen: [`${mention.where} names ${mention.names}`],
        reads: [/^Service ([^/]+)\//.exec(mention.names)?.[1] ?? mention.namespace],
        look: `kubectl get ${mention.kind.toLowerCase()} ${mention.name} -n ${mention.namespace} -o yaml`,
      }),
    );
  const byGroup = groups.seen
    .filter(({ group }) => !migration.old.groups.includes(group))
    .flatMap(({ group, members }) =>
      members.map(({ clientId, clientHost, topics }): Consumer => {
        const pod = podAt(clientHost);
        return {
          name: pod === undefined ? `group ${group}` : `${ownerName(pod)}`,
          seen: [
            `member ${clientId} of group ${group} at ${clientHost.replace(/^\//, '')} reads topic ${topics.join(', ')}`,
          ],
          reads: [],
          ...(pod === undefined ? { isNowhere: true as const } : {}),
          look: `kubectl exec -n ${migration.new.kafka.namespace} service/${migration.new.kafka.service} -- rpk group describe ${group}`,
        };
      }),
    );
  const bySession = sessions.seen.flatMap((session): Consumer[] => {
    const pod = podAt(session.address);
    if (pod !== undefined && old.has(pod.namespace)) return [];
    const program = session.application === '' ? '' : ` (${session.application})`;
    const from = session.address === undefined ? 'within its own pod' : `from ${session.address}`;
    return [
      {
        name: pod === undefined ? `session ${session.user} ${from}${program}` : ownerName(pod),
        seen: [
          `${count(session.sessions, 'session')} of ${session.user}${program} ${from} in the old database, since ${session.since}`,
        ],
        reads: [migration.old.database.namespace],
        ...(pod === undefined && session.address !== undefined ? { isNowhere: true as const } : {}),
        look: `kubectl exec -n ${migration.old.database.namespace} service/${migration.old.database.service} -- psql -U postgres -d ${migration.old.database.database} -c "select usename, application_name, client_addr, backend_start from pg_stat_activity"`,
      },
    ];
  });
  return merged([...byMention, ...byGroup, ...bySession]);
}

function ownerName({ namespace, pod, owner }: PodAddress): string {
  return owner === undefined ? `Pod ${namespace}/${pod}` : `${owner.kind} ${namespace}/${owner.name}`;
}

/** One consumer by all the places where it was seen. */
function merged(consumers: readonly Consumer[]): Consumer[] {
  return [...Map.groupBy(consumers, ({ name }) => name).entries()].map(([name, seen]) => ({
    name,
    seen: [...new Set(seen.flatMap((each) => each.seen))],
    reads: [...new Set(seen.flatMap(({ reads }) => reads))],
    ...(seen[0]?.look === undefined ? {} : { look: seen[0].look }),
    ...(seen.every(({ isNowhere }) => isNowhere) ? { isNowhere: true as const } : {}),
  }));
}
