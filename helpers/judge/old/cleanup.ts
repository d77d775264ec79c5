import type { TopicConsumer, TopicState } from '../../broker/observed.ts';
import type {
  BindingState,
  ClaimState,
  Mention,
  NamespaceState,
  Presence,
  VolumeState,
  WorkloadState,
} from '../../cluster/observed.ts';
import { matches } from '../../config/old-system.ts';
import type { Migration } from '../../config/schema.ts';
import { rpkLook } from '../look.ts';
import { type Finding, notApplicable, type Sightings, unseenFindings, type Verdict, verdictOf } from '../verdict.ts';
import { count, list } from '../words.ts';
import { isRisky } from './data-holders.ts';

/** P8.namespaces-gone (plan 8.2): the old namespaces are gone; one that terminates is named with what holds it. */
export function judgeNamespacesGone(namespaces: Sightings<NamespaceState>, migration: Migration): Verdict {
  const wanted = [...migration.old.namespaces, ...migration.old.deleteData.map(({ namespace }) => namespace)];
  const findings = namespaces.seen.filter(({ name }) => wanted.includes(name)).map(judgeGone);
  const unseen = namespaces.unseen.filter(({ subject }) => wanted.includes(subject.replace(/^namespace /, '')));
  return verdictOf([...findings, ...unseenFindings(unseen)], {
    expected: `none of the old namespaces is left: ${list(wanted)}`,
    pass: `${count(findings.length, 'old namespace')} gone`,
    hint: 'kubectl delete namespace (plan 8.2), after npm run ready:phase8 is GO.',
  });
}

function judgeGone({ name, exists, terminatingSince, finalizers, remaining }: NamespaceState): Finding {
  const subject = `namespace ${name}`;
  if (!exists) return { subject, verdict: 'pass', observed: 'gone' };
  const look = `kubectl get namespace ${name} -o yaml`;
  if (terminatingSince === undefined) return { subject, verdict: 'fail', observed: 'is there', look };
  const held = remaining.length > 0 ? remaining.join('; ') : 'nothing is said to remain in it';
  const own = finalizers.length > 0 ? `its finalizers: ${finalizers.join(', ')}; ` : '';
  return {
    subject,
    verdict: 'fail',
    observed: `is Terminating: ${own}${held}`,
    since: terminatingSince,
    look,
    hint: 'See to what the finalizer waits for, then it goes by itself. Taking a finalizer away by hand leaves behind what it stands for.',
  };
}

/**
 * P8.data-kept (plan 8.2, "CAREFUL"): the old database and its volume are there, unless their deletion was confirmed in
 * migration.yaml.
 */
export function judgeDataKept(
  observed: { readonly workloads: Sightings<WorkloadState>; readonly claims: Sightings<ClaimState> },
  migration: Migration,
): Verdict {
  const { kept, confirmed } = dataNamespaces(migration);
  if (kept.length === 0) return nothingKept(confirmed);
  const workloads = migration.old.workloads.filter(({ namespace }) => kept.includes(namespace));
  const findings = [
    ...workloads.flatMap((ref): Finding[] => {
      const state = observed.workloads.seen.find(
        ({ kind, namespace, name }) => kind === ref.kind && namespace === ref.namespace && name === ref.name,
      );
      const subject = `${ref.kind} ${ref.namespace}/${ref.name}`;
      if (state === undefined) return [];
      const look = `kubectl get all,pvc -n ${ref.namespace}`;
      return [
        state.exists
          ? { subject, verdict: 'pass', observed: `there, ${state.replicasReady} of ${state.replicasDesired} ready` }
          : { subject, verdict: 'fail', observed: 'is gone', look },
      ];
    }),
    ...kept.flatMap((namespace) => claimFindings(namespace, observed.claims)),
    ...confirmed.map(
      ({ namespace, reason }): Finding => ({
        subject: namespace,
        verdict: 'pass',
        observed: `deletion confirmed: ${reason}`,
        quiet: true,
      }),
    ),
  ];
  const unseen = [observed.workloads, observed.claims]
    .flatMap((each) => each.unseen)
    .filter(({ subject }) => kept.some((namespace) => subject.endsWith(` of ${namespace}`)));
  return verdictOf([...findings, ...unseenFindings(unseen)], {
    expected: `the old data in ${list(kept)} is there: its workloads, and its claims bound`,
    pass: `${count(findings.length, 'part')} of the old data there`,
    hint: 'Restore it from its backup (npm run restore). If it was meant to go, say so under old.deleteData in migration.yaml, with the reason.',
  });
}

/** P8.data-safe, before the cleanup: what is to be kept lies on no volume that would go with its claim. */
export function judgeDataSafe(claims: Sightings<ClaimState>, migration: Migration): Verdict {
  const { kept, confirmed } = dataNamespaces(migration);
  if (kept.length === 0) return nothingKept(confirmed);
  const findings = claims.seen
    .filter(({ namespace }) => kept.includes(namespace))
    .map((claim): Finding => {
      const subject = `claim ${claim.namespace}/${claim.name}`;
      const observed = `volume ${claim.volume ?? 'unknown'}, policy ${claim.reclaimPolicy ?? 'unknown'}`;
      if (!isRisky(claim, migration)) {
        const verdict = claim.reclaimPolicy === undefined ? 'inconclusive' : 'pass';
        return { subject, verdict, observed };
      }
      return {
        subject,
        verdict: 'fail',
        observed: `${observed}: the data goes when the claim does`,
        look: `kubectl get pv ${claim.volume}`,
        hint: `kubectl patch pv ${claim.volume} -p '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}'`,
      };
    });
  const unseen = claims.unseen.filter(({ subject }) => kept.some((namespace) => subject === `claims of ${namespace}`));
  return verdictOf([...findings, ...unseenFindings(unseen)], {
    expected: `every volume of ${list(kept)} is kept when its claim is deleted`,
    pass: `${count(findings.length, 'volume')} of the old data with policy Retain`,
  });
}

/** That the data goes was decided: there is nothing to keep, and nothing to look at. */
function nothingKept(confirmed: Migration['old']['deleteData']): Verdict {
  const reasons = confirmed.map(({ namespace, reason }) => `the deletion of ${namespace} is confirmed: ${reason}`);
  return notApplicable(
    'the old data is there, unless its deletion was confirmed',
    reasons.length > 0 ? reasons.join('; ') : 'migration.yaml names no namespace with old data',
  );
}

function claimFindings(namespace: string, claims: Sightings<ClaimState>): Finding[] {
  const own = claims.seen.filter((each) => each.namespace === namespace);
  if (claims.unseen.some(({ subject }) => subject === `claims of ${namespace}`)) return [];
  const look = `kubectl get pvc -n ${namespace}`;
  if (own.length === 0)
    return [{ subject: `claims of ${namespace}`, verdict: 'fail', observed: 'there is none, and no data', look }];
  return own.map(({ name, phase, capacity, reclaimPolicy }): Finding => {
    const observed = `${phase}, ${capacity ?? 'of unknown size'}, policy ${reclaimPolicy ?? 'unknown'}`;
    return { subject: `claim ${namespace}/${name}`, verdict: phase === 'Bound' ? 'pass' : 'fail', observed, look };
  });
}

function dataNamespaces({ old }: Migration) {
  const confirmed = old.deleteData;
  const kept = old.dataNamespaces.filter((name) => !confirmed.some(({ namespace }) => namespace === name));
  return { kept, confirmed };
}

export interface Leftovers {
  readonly volumes: Sightings<VolumeState>;
  readonly topics: Sightings<TopicState>;
  readonly groups: Sightings<TopicConsumer>;
  /** Of the old system, in namespaces that are not its own: the others went with theirs. */
  readonly secrets: Sightings<Presence>;
  readonly bindings: Sightings<BindingState>;
  readonly mentions: Sightings<Mention>;
}

/**
 * P8.no-orphans: nothing of the old system is left behind unlisted: no released volume, no old topic or group, no Secret
 * of it, no ClusterRoleBinding for its accounts, no Ingress to its Services. What may stay stands under old.kept.
 */
export function judgeNoOrphans(left: Leftovers, migration: Migration): Verdict {
  const gone = new Set([...migration.old.namespaces, ...migration.old.deleteData.map(({ namespace }) => namespace)]);
  const { kafka } = migration.new;
  const orphans: Finding[] = [
    ...left.volumes.seen
      .filter(({ claim }) => claim !== undefined && gone.has(claim.namespace))
      .map(({ name, phase, capacity, reclaimPolicy, claim }) =>
        orphan(
          `volume ${name}`,
          `${phase}, ${capacity ?? ''}, policy ${reclaimPolicy}, of claim ${claim?.namespace}/${claim?.name}`,
          `kubectl get pv ${name}`,
        ),
      ),
    ...left.topics.seen
      .filter(({ exists }) => exists)
      .map(({ topic, newestAt }) =>
        orphan(
          `topic ${topic}`,
          newestAt === undefined ? 'is there, without a record' : `is there, its newest record of ${newestAt}`,
          rpkLook(kafka, `topic describe ${topic}`),
        ),
      ),
    ...left.groups.seen
      .filter(({ group }) => migration.old.groups.includes(group))
      .map(({ group, state }) =>
        orphan(`group ${group}`, `is there, ${state}`, rpkLook(kafka, `group describe ${group}`)),
      ),
    ...left.secrets.seen
      .filter(({ exists }) => exists)
      .map(({ namespace, name }) =>
        orphan(`Secret ${namespace}/${name}`, 'is there', `kubectl get secret ${name} -n ${namespace}`),
      ),
    ...left.bindings.seen
      .filter(({ namespaces }) => namespaces.some((namespace) => gone.has(namespace)))
      .map(({ name, namespaces }) =>
        orphan(
          `ClusterRoleBinding ${name}`,
          `grants to accounts of ${list(namespaces)}`,
          `kubectl get clusterrolebinding ${name} -o yaml`,
        ),
      ),
    ...left.mentions.seen
      .filter(({ kind, names }) => (kind === 'Ingress' || kind === 'Service') && isOfGone(names, gone))
      .map(({ kind, namespace, name, names }) =>
        orphan(
          `${kind} ${namespace}/${name}`,
          `leads to ${names}`,
          `kubectl get ${kind.toLowerCase()} ${name} -n ${namespace} -o yaml`,
        ),
      ),
  ];
  const findings = orphans.map((finding): Finding => {
    const kept = migration.old.kept.find(({ match }) => matches(match, finding.subject));
    return kept === undefined
      ? finding
      : { ...finding, verdict: 'pass', observed: `${finding.observed}; stays: ${kept.reason}` };
  });
  const sources = [left.volumes, left.topics, left.groups, left.secrets, left.bindings, left.mentions];
  const looked: Finding = {
    subject: 'volumes, topics, groups, Secrets, ClusterRoleBindings and Ingresses',
    verdict: 'pass',
    observed: `${count(
      sources.reduce((sum, { seen }) => sum + seen.length, 0),
      'thing',
    )} looked through`,
  };
  const isAllSeen = sources.every(({ unseen }) => unseen.length === 0);
  return verdictOf(
    [...findings, ...(isAllSeen ? [looked] : []), ...unseenFindings(sources.flatMap(({ unseen }) => unseen))],
    {
      expected:
        'no volume, topic, group, Secret, ClusterRoleBinding or Ingress of the old system, but what old.kept in migration.yaml names',
      pass: `nothing of the old system is left${findings.length > 0 ? ` but ${count(findings.length, 'thing')} that may stay` : ''}`,
      hint: 'Delete it, or let it stay under old.kept in migration.yaml, with the reason.',
    },
  );
}

function isOfGone(names: string, gone: ReadonlySet<string>): boolean {
  return gone.has(/^Service ([^/]+)\//.exec(names)?.[1] ?? '');
}

function orphan(subject: string, observed: string, look: string): Finding {
  return { subject, verdict: 'fail', observed, look };
}
