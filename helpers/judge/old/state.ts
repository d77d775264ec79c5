import type { GroupState, TopicState } from '../../broker/observed.ts';
import type { StateCapture } from '../../capture/schema.ts';
import type { TemplateState } from '../../cluster/observed.ts';
import { oldGroups, oldNamespaces, oldTopics, oldWorkloads } from '../../config/old-system.ts';
import type { Migration } from '../../config/schema.ts';
import type { TableState } from '../../database/observed.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from '../verdict.ts';
import { age, count, duration } from '../words.ts';

export interface CapturedAgainst {
  /** The newest one of the ledger. */
  readonly capture: StateCapture | undefined;
  /** UID of the cluster that is judged. */
  readonly cluster: string;
  readonly now: Date;
  readonly templates: Sightings<TemplateState>;
  readonly topics: Sightings<TopicState>;
  readonly groups: Sightings<GroupState>;
  readonly tables: Sightings<TableState>;
}

const again = 'npm run state:capture';

/**
 * P4.state (plan 4.3): the state before the cutover is captured, younger than its limit, whole against migration.yaml,
 * and still what the cluster is like: enough to undo from.
 */
export function judgeState(observed: CapturedAgainst, migration: Migration): Verdict {
  const { capture, now } = observed;
  const limit = migration.old.captureMaxAge;
  const text = {
    expected: `a capture of the state, younger than ${duration(limit)}, that has every name of migration.yaml and matches the cluster`,
    pass: capture === undefined ? '' : passWords(capture, now),
    hint: `${again} writes it, within seconds; the cutover and its undo go by it.`,
  };
  if (capture === undefined) {
    const observed = 'the ledger holds none: nothing says what an undo has to put back';
    return verdictOf([{ subject: 'state capture', verdict: 'fail', observed, look: again }], text);
  }
  const seen = [observed.templates, observed.topics, observed.groups, observed.tables];
  return verdictOf(
    [
      ...ageFindings(capture, now, limit),
      ...clusterFindings(capture, observed),
      ...missing(capture, observed, migration),
      ...changed(capture, observed.templates, migration),
      ...shrunk(capture, observed.topics),
      ...capture.unseen.map(
        ({ subject, message }): Finding => ({ subject, verdict: 'inconclusive', observed: `not captured: ${message}` }),
      ),
      ...unseenFindings(seen.flatMap(({ unseen }) => unseen)),
    ],
    text,
  );
}

function passWords({ at, workloads, topics, tables, manifests }: StateCapture, now: Date): string {
  const old = (now.getTime() - Date.parse(at)) / 1000;
  return `captured ${age(old)}: ${count(workloads.length, 'workload')}, ${count(topics.length, 'topic')}, ${count(tables.length, 'table')}, ${count(manifests.length, 'manifest')}`;
}

function ageFindings({ at }: StateCapture, now: Date, limit: number): Finding[] {
  const seconds = (now.getTime() - Date.parse(at)) / 1000;
  const observed = `captured at ${at}, ${age(seconds)}`;
  return [
    { subject: 'age', verdict: seconds > limit ? 'fail' : 'pass', observed, ...(seconds > limit ? { since: at } : {}) },
  ];
}

function clusterFindings({ cluster, context }: StateCapture, observed: CapturedAgainst): Finding[] {
  const isSame = cluster === observed.cluster;
  const words = isSame
    ? `of this cluster, by context ${context}`
    : `of another cluster: ${cluster}, this is ${observed.cluster}`;
  return [{ subject: 'cluster', verdict: isSame ? 'pass' : 'fail', observed: words }];
}

/** Every name of migration.yaml, and every table that is there now. */
function missing(capture: StateCapture, { tables }: CapturedAgainst, migration: Migration): Finding[] {
  const { streams, settings } = migration.new;
  const has = (names: readonly string[], captured: readonly string[], noun: string) =>
    [...new Set(names)]
      .filter((name) => !captured.includes(name))
      .map(
        (name): Finding => ({
          subject: `${noun} ${name}`,
          verdict: 'fail',
          observed: 'is not in the capture',
          look: again,
        }),
      );
  return [
    ...has(
      oldWorkloads(migration).map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`),
      capture.workloads.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`),
      'workload',
    ),
    ...has(
      oldNamespaces(migration),
      capture.namespaces.map(({ name }) => name),
      'namespace',
    ),
    ...has(
      [...oldTopics(migration), ...Object.values(streams).map(({ topic }) => topic), settings.topic],
      capture.topics.map(({ topic }) => topic),
      'topic',
    ),
    ...has(
      [...oldGroups(migration), ...Object.values(streams).map(({ group }) => group), settings.group],
      capture.groups.map(({ group }) => group),
      'group',
    ),
    ...has(
      [
        ...tables.seen.map(({ table }) => `old/${table}`),
        ...Object.values(streams).map(({ rows }) => `${rows.database}/${rows.table}`),
      ],
      capture.tables.map(({ database, table }) => `${database}/${table}`),
      'table',
    ),
  ];
}

/** What an undo would put back is what runs now. */
function changed(capture: StateCapture, templates: Sightings<TemplateState>, migration: Migration): Finding[] {
  return oldWorkloads(migration).flatMap(({ kind, namespace, name }): Finding[] => {
    const same = (each: { kind: string; namespace: string; name: string }) =>
      each.kind === kind && each.namespace === namespace && each.name === name;
    const then = capture.workloads.find(same);
    const now = templates.seen.find(same);
    const subject = `${kind} ${namespace}/${name}`;
    if (then === undefined) return [];
    if (now === undefined) {
      // Where its namespace could not be listed, that says so itself.
      return templates.unseen.length > 0 ? [] : [{ subject, verdict: 'fail', observed: 'was captured, and is gone' }];
    }
    const differences = [
      ...(then.replicas === now.replicas ? [] : [`${count(then.replicas, 'replica')} then, ${now.replicas} now`]),
      ...(then.uid === now.uid ? [] : ['it was made anew since']),
      ...(then.images.join() === now.images.join()
        ? []
        : [`${then.images.join(', ')} then, ${now.images.join(', ')} now`]),
    ];
    return [
      differences.length === 0
        ? {
            subject,
            verdict: 'pass',
            observed: `${count(now.replicas, 'replica')} of ${now.images.join(', ')}, as captured`,
          }
        : { subject, verdict: 'fail', observed: `not as captured: ${differences.join('; ')}`, look: again },
    ];
  });
}

/** A topic that ends before where it was captured was made anew: what is counted from there would be wrong. */
function shrunk(capture: StateCapture, topics: Sightings<TopicState>): Finding[] {
  return topics.seen.flatMap(({ topic, partitions }) => {
    const then = capture.topics.find((each) => each.topic === topic);
    return partitions.flatMap(({ partition, highOffset }): Finding[] => {
      const before = then?.partitions.find((each) => each.partition === partition)?.highOffset;
      if (before === undefined || before <= highOffset) return [];
      const observed = `partition ${partition} ends at ${highOffset}, captured at ${before}: it was made anew`;
      return [{ subject: `topic ${topic}`, verdict: 'fail', observed }];
    });
  });
}
