import { nearest } from '../../config/nearest.ts';
import { list } from '../../judge/words.ts';
import type { KafkaSight, Look, Sights, Unseen } from '../observed.ts';
import { type DoctorFinding, type Group, seen, unseen, unseenFinding } from './finding.ts';

/** What could not be connected to. That its Service has no ready pod was said already, with the reason. */
export function notReached(group: Group, subject: string, why: Unseen, address = subject): DoctorFinding {
  if (why.kind !== 'no-ready-pod' || !why.message.startsWith('Service ')) {
    return unseenFinding(group, subject, why, address);
  }
  return { group, level: 'unseen', subject, text: 'cannot be asked: no pod behind its Service is ready' };
}

export function mqttFindings({ mqtt: { service, login } }: Pick<Sights, 'mqtt'>): DoctorFinding[] {
  const subject = `${service.namespace}/${service.service}:${service.port}`;
  const why = unseen(login);
  if (why) return [notReached('mqtt', subject, why)];
  return [{ group: 'mqtt', level: 'ok', subject, text: `lets ${seen(login)} in` }];
}

export function connectFindings({ connect }: Pick<Sights, 'connect'>): DoctorFinding[] {
  return connect.map(({ instance, namespace, pod, port, version }) => {
    const subject = pod === undefined ? `${instance} in ${namespace}` : `${instance} (${namespace}/${pod}:${port})`;
    const why = unseen(version);
    return why
      ? unseenFinding('connect', subject, why, `${pod}:${port}`)
      : { group: 'connect', level: 'ok', subject, text: 'answers over HTTP' };
  });
}

export function kafkaFindings({ kafka }: Pick<Sights, 'kafka'>): DoctorFinding[] {
  const { service, cluster, fetchVersion, topics, groups, wantedTopics, wantedGroups } = kafka;
  const subject = `${service.namespace}/${service.service}:${service.port}`;
  const why = unseen(cluster);
  // Of a broker that accepts connections and is silent, kafkajs says no more than that it is not connected.
  const silent = unseen(fetchVersion)?.kind === 'timeout' ? unseen(fetchVersion) : undefined;
  if (why) return [notReached('kafka', subject, silent ?? why)];
  const { clusterId = '', brokers = [] } = seen(cluster) ?? {};
  return [
    {
      group: 'kafka',
      level: 'ok',
      subject,
      text: `cluster ${clusterId}, ${brokers.length === 1 ? 'broker' : 'brokers'} ${list(brokers)}`,
    },
    ...presence('topic', wantedTopics, topics),
    ...presence('group', wantedGroups, groups),
  ];
}

function presence(
  what: 'topic' | 'group',
  wanted: KafkaSight['wantedTopics'],
  look: Look<readonly string[]> | undefined,
): DoctorFinding[] {
  const why = unseen(look);
  if (why) return [unseenFinding('kafka', `${what}s`, why)];
  const names = seen(look) ?? [];
  const missing = wanted.filter(({ name }) => !names.includes(name));
  const there = wanted.length - missing.length;
  const all = there === wanted.length ? `all ${there} that migration.yaml names` : `${there} of ${wanted.length}`;
  return [
    ...(there > 0 ? [{ group: 'kafka', level: 'ok', subject: `${what}s`, text: `${all} can be seen` } as const] : []),
    ...missing.map(({ name, old }): DoctorFinding => {
      const near = nearest(name, names);
      const text = `${what === 'topic' ? 'does not exist' : 'is not known to the broker'}, or is hidden from this user${near === undefined ? '' : `; near: ${near}`}`;
      return {
        group: 'kafka',
        level: old ? 'warning' : 'unseen',
        subject: `${what} ${name}`,
        text: old ? `${text} (of the old system: removed?)` : text,
      };
    }),
  ];
}
