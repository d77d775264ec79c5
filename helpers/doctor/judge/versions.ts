import type { DatabaseVersion, KafkaSight, Sights, WorkloadSight } from '../observed.ts';
import { type DoctorFinding, seen } from './finding.ts';

/** A version of one program; undefined when it could not be known. */
export interface VersionState {
  readonly of: string;
  readonly version: string | undefined;
}

/**
 * The versions of what is behind the target, by what each program says of itself; where it says nothing, by its image.
 */
export function versionStates(sights: Sights | undefined): VersionState[] {
  if (sights === undefined) return [];
  const { kubernetes, workloads, kafka, mqtt, databases, connect, services } = sights;
  const imageBehind = ({ namespace, service }: { namespace: string; service: string }) => {
    const behind = services.find((one) => one.service.namespace === namespace && one.service.service === service);
    return imageOf(workloads, namespace, seen(behind?.pod));
  };
  return [
    { of: 'Kubernetes', version: seen(kubernetes) },
    { of: 'broker', version: words([brokerWords(kafka), image(imageBehind(kafka.service))]) },
    { of: 'MQTT', version: words([image(imageBehind(mqtt.service))]) },
    ...databases.map(({ place, version }) => ({
      of: `database ${place.namespace}/${place.database}`,
      version: databaseWords(seen(version)),
    })),
    ...connect.map(({ instance, pod, version }) => ({
      of: `Redpanda Connect ${pod === undefined ? instance : `${instance} (${pod})`}`,
      version: seen(version),
    })),
  ];
}

export function versionFindings(versions: readonly VersionState[]): DoctorFinding[] {
  return versions.map(({ of, version }) => ({
    group: 'versions',
    level: version === undefined ? 'note' : 'ok',
    subject: of,
    text: version ?? 'not known',
  }));
}

/** The release that brought each version of Fetch: https://kafka.apache.org/protocol.html, and the KIPs it names. */
const releaseOfFetch: readonly (readonly [version: number, release: string])[] = [
  [18, '4.1'],
  [17, '3.9'],
  [16, '3.7'],
  [15, '3.5'],
  [13, '3.1'],
  [12, '2.7'],
  [11, '2.3'],
];

function brokerWords({ cluster, fetchVersion }: KafkaSight): string | undefined {
  const fetch = seen(fetchVersion);
  const clusterId = seen(cluster)?.clusterId ?? '';
  if (fetch === undefined) return undefined;
  const release = releaseOfFetch.find(([version]) => fetch >= version)?.[1];
  const since = release === undefined ? 'older than 2.3' : `${release} or later`;
  // Redpanda begins the ids of its clusters so.
  const program = clusterId.startsWith('redpanda.') ? 'Redpanda' : 'Kafka';
  return `${program}, which speaks the protocol of Kafka ${since} (Fetch up to version ${fetch})`;
}

function databaseWords(version: DatabaseVersion | undefined): string | undefined {
  if (version === undefined) return undefined;
  const { postgres, timescale } = version;
  const extension = timescale === undefined ? '' : `, TimescaleDB ${timescale.version} (${timescale.edition} edition)`;
  return `PostgreSQL ${postgres}${extension}`;
}

/** The first container's: others stand beside it. */
function imageOf(workloads: readonly WorkloadSight[], namespace: string, pod: string | undefined): string | undefined {
  const pods = workloads.flatMap(({ state }) => seen(state)?.pods ?? []);
  return pods.find((one) => one.namespace === namespace && one.name === pod)?.containers[0]?.image;
}

function image(name: string | undefined): string | undefined {
  return name === undefined ? undefined : `image ${name}`;
}

function words(parts: readonly (string | undefined)[]): string | undefined {
  return parts.filter((part) => part !== undefined).join('; ') || undefined;
}
