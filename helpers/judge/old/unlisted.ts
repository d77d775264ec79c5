import type { TopicConsumer } from '../../broker/observed.ts';
import type { Mention, PodAddress, TemplateState } from '../../cluster/observed.ts';
import { matches, oldNamespaces, oldWorkloads } from '../../config/old-system.ts';
import type { Migration } from '../../config/schema.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from '../verdict.ts';
import { count } from '../words.ts';

export interface UnlistedObserved {
  readonly templates: Sightings<TemplateState>;
  readonly mentions: Sightings<Mention>;
  readonly groups: Sightings<TopicConsumer>;
  readonly pods: Sightings<PodAddress>;
}

interface Ref {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/**
 * P2.nothing-unlisted (plan 2.1): discovery finds no old workload that migration.yaml lacks: one that runs in an old
 * namespace, is called or made like one, or names or consumes an old topic. Who only asks an old Service is a consumer,
 * and P2.no-live-consumer's to name.
 */
export function judgeUnlisted(observed: UnlistedObserved, migration: Migration): Verdict {
  const { templates, mentions, groups, pods } = observed;
  const listed = listedIn(migration);
  const namespaces = new Set(oldNamespaces(migration));
  const reasons = new Map<string, { ref: Ref; why: string[] }>();
  const suspect = (ref: Ref, why: string) => {
    if (listed(ref)) return;
    const key = refName(ref);
    const known = reasons.get(key) ?? { ref, why: [] };
    if (!known.why.includes(why)) known.why.push(why);
    reasons.set(key, known);
  };
  for (const template of templates.seen) {
    if (namespaces.has(template.namespace)) suspect(template, `runs in the old namespace ${template.namespace}`);
    for (const why of looksOld(template, migration)) suspect(template, why);
  }
  for (const { names, where, ...ref } of mentions.seen.filter((each) => each.names.startsWith('topic '))) {
    if (ref.kind === 'ConfigMap' || ref.kind === 'Ingress' || ref.kind === 'Service') continue;
    suspect(ref, `${where} names ${names}`);
  }
  for (const { group, members } of groups.seen) {
    for (const { clientHost, topics } of members) {
      const pod = pods.seen.find(({ address }) => address === clientHost.replace(/^\//, ''));
      if (pod?.owner === undefined) continue;
      suspect(
        { namespace: pod.namespace, ...pod.owner },
        `is a member of group ${group} on topic ${topics.join(', ')}`,
      );
    }
  }
  const findings = [...reasons.values()].map(
    ({ ref, why }): Finding => ({
      subject: refName(ref),
      verdict: 'fail',
      observed: why.join('; '),
      look: `kubectl get ${ref.kind.toLowerCase()} ${ref.name} -n ${ref.namespace} -o yaml`,
    }),
  );
  const looked: Finding[] =
    templates.seen.length === 0
      ? []
      : [
          {
            subject: 'all namespaces',
            verdict: 'pass',
            observed: `${count(templates.seen.length, 'workload')} and ${count(groups.seen.length, 'group')} on old topics looked through`,
          },
        ];
  const unseen = [templates, mentions, groups, pods].flatMap((each) => each.unseen);
  return verdictOf([...findings, ...looked, ...unseenFindings(unseen)], {
    expected: 'no workload of the old system that old.workloads, old.cronJobs or old.consumers in migration.yaml lacks',
    pass: `${count(templates.seen.length, 'workload')} of all namespaces looked through, none is an unlisted part of the old system`,
    hint: 'List it under old.workloads in migration.yaml (npm run inventory prints the list), or under old.consumers if it only reads: what is not listed is not scaled down.',
  });
}

/** What was declared absent is not listed: if it turns up, it is found like any other. */
function listedIn(migration: Migration): (ref: Ref) => boolean {
  const {
    old,
    new: { workloads },
  } = migration;
  const isSame = (one: Ref, { kind, namespace, name }: Ref) =>
    one.kind === kind && one.namespace === namespace && one.name === name;
  const cronJobs = old.cronJobs.map((each) => ({ kind: 'CronJob', ...each }));
  return (ref) =>
    [...oldWorkloads(migration), ...workloads, ...cronJobs].some((each) => isSame(each, ref)) ||
    old.consumers.some(({ match }) => matches(match, refName(ref)));
}

function looksOld({ name, namespace, images }: TemplateState, { old: { patterns } }: Migration): string[] {
  const names = patterns.names.filter((pattern) => matches(pattern, name) || matches(pattern, namespace));
  const made = patterns.images.filter((pattern) => images.some((image) => matches(pattern, image)));
  return [
    ...names.map((pattern) => `is named like ${pattern}`),
    ...made.map((pattern) => `runs an image like ${pattern}`),
  ];
}

function refName({ kind, namespace, name }: Ref): string {
  return `${kind} ${namespace}/${name}`;
}
