import type { OwnerState, WorkloadState } from '../../cluster/observed.ts';
import { cutoverWorkloads } from '../../config/old-system.ts';
import type { Migration, WorkloadRef } from '../../config/schema.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from '../verdict.ts';
import { count, duration, foundInstead, list } from '../words.ts';

const backHint =
  'Something scales it: suspend its Kustomization (npm run cutover does), or set replicas in Git. Immediately back: npm run cutover:undo.';

/**
 * P5.scaled-down (plan 5.1): each old workload has replicas 0 and no pod left. One that does not exist fails: a scale
 * command that named it changed nothing.
 */
export function judgeScaledDown(workloads: Sightings<WorkloadState>, migration: Migration): Verdict {
  const wanted = cutoverWorkloads(migration);
  const findings = wanted.flatMap((ref): Finding[] => {
    const state = workloads.seen.find((each) => isSame(each, ref));
    return state === undefined ? [] : [judgeDown(state, ref)];
  });
  return verdictOf([...findings, ...unseenFindings(workloads.unseen)], {
    expected: `${count(wanted.length, 'old workload')} with replicas 0 and no pod left`,
    pass: `${count(findings.length, 'old workload')} scaled to 0, no pod left`,
    hint: 'npm run cutover scales what migration.yaml names, and says what it cannot find.',
  });
}

/** C.old-down: as P5.scaled-down, or gone by now. */
export function judgeOldDown(
  workloads: Sightings<WorkloadState>,
  isGone: (namespace: string) => boolean,
  migration: Migration,
): Verdict {
  const findings = cutoverWorkloads(migration).flatMap((ref): Finding[] => {
    const subject = name(ref);
    if (isGone(ref.namespace)) return [{ subject, verdict: 'pass', observed: `gone, with namespace ${ref.namespace}` }];
    const state = workloads.seen.find((each) => isSame(each, ref));
    if (state === undefined) return [];
    return [state.exists ? judgeDown(state, ref) : { subject, verdict: 'pass', observed: 'gone' }];
  });
  const unseen = workloads.unseen.filter(({ subject }) => !isGone(subject.replace(/^workloads of /, '')));
  return verdictOf([...findings, ...unseenFindings(unseen)], {
    expected: 'every old workload scaled to 0 with no pod left, or gone',
    pass: `${count(findings.length, 'old workload')} scaled to 0 or gone`,
    hint: backHint,
  });
}

export interface WatchedDown {
  readonly seconds: number;
  readonly timeScale: number;
  readonly samples: readonly {
    readonly at: string;
    readonly oldWorkloads: Sightings<WorkloadState>;
    readonly oldOwners: Sightings<OwnerState>;
  }[];
}

/**
 * P5.stays-down (plan 5.2): it is so at every look of the watch, and the watch spans a reconcile of each owner, unless
 * that is suspended: Flux scales back what its manifest says at the next one.
 */
export function judgeStaysDown(watched: WatchedDown, migration: Migration): Verdict {
  const wanted = cutoverWorkloads(migration);
  const findings = wanted.flatMap((ref): Finding[] => {
    const looks = watched.samples.flatMap(({ at, oldWorkloads }) => {
      const state = oldWorkloads.seen.find((each) => isSame(each, ref));
      return state === undefined ? [] : [{ at, finding: judgeDown(state, ref) }];
    });
    const first = looks.find(({ finding }) => finding.verdict === 'fail');
    if (first !== undefined) return [{ ...first.finding, since: first.at, hint: backHint }];
    if (looks.length === 0) return [];
    return [
      {
        subject: name(ref),
        verdict: 'pass',
        observed: `down at ${count(looks.length, 'look')} over ${duration(watched.seconds)}`,
      },
    ];
  });
  const unseen = watched.samples.flatMap(({ oldWorkloads, oldOwners }) => [
    ...oldWorkloads.unseen,
    ...oldOwners.unseen,
  ]);
  return verdictOf([...findings, ...ownerFindings(watched), ...unseenFindings(unseen)], {
    expected: `every old workload down at every look of the watch, which spans a reconcile of its owner unless that is suspended`,
    pass: `${count(findings.length, 'old workload')} down at ${count(watched.samples.length, 'look')} over ${duration(watched.seconds)}${ownerWords(watched)}`,
    hint: backHint,
  });
}

function ownerFindings({ samples, seconds, timeScale }: WatchedDown): Finding[] {
  const owners = new Set(samples.flatMap(({ oldOwners }) => oldOwners.seen.map(ownerName)));
  return [...owners].map((owner): Finding => {
    const states = samples.flatMap(({ oldOwners }) => oldOwners.seen.filter((each) => ownerName(each) === owner));
    const interval = Math.max(...states.map(({ intervalSeconds }) => intervalSeconds)) / timeScale;
    const subject = `Kustomization ${owner}`;
    if (states.every(({ suspended }) => suspended)) return { subject, verdict: 'pass', observed: 'suspended' };
    if (seconds >= interval)
      return { subject, verdict: 'pass', observed: `reconciles every ${duration(interval)}: the watch spans that` };
    return {
      subject,
      verdict: 'inconclusive',
      observed: `reconciles every ${duration(interval)}, and the watch took ${duration(seconds)}: its next one may scale the old workloads back`,
      look: `kubectl get kustomization ${owner.split('/')[1]} -n ${owner.split('/')[0]}`,
      hint: `Suspend it (npm run cutover does), or watch longer: run.watch in migration.yaml.`,
    };
  });
}

function ownerWords({ samples }: WatchedDown): string {
  const last = samples.at(-1)?.oldOwners.seen ?? [];
  if (last.length === 0) return '; nothing in Flux applies them';
  const suspended = last.filter((each) => each.suspended).map((each) => each.name);
  return suspended.length === last.length ? `; ${list(suspended)} suspended` : '; reconciled meanwhile';
}

function judgeDown(state: WorkloadState, ref: WorkloadRef): Finding {
  const subject = name(ref);
  const kind = ref.kind.toLowerCase();
  if (!state.exists) {
    return {
      subject,
      verdict: 'fail',
      observed: `does not exist${foundInstead(state.foundInstead)}: what named it scaled nothing`,
      look: `kubectl get deployments,statefulsets -A`,
      hint: 'Correct its name under old.workloads in migration.yaml, or declare it under old.absent; npm run inventory says what there is.',
    };
  }
  if (state.replicasDesired > 0) {
    return {
      subject,
      verdict: 'fail',
      observed: `${count(state.replicasDesired, 'replica')} wanted, ${state.replicasReady} ready`,
      look: `kubectl get ${kind} ${ref.name} -n ${ref.namespace}`,
    };
  }
  if (state.pods.length > 0) {
    return {
      subject,
      verdict: 'fail',
      observed: `scaled to 0, and ${count(state.pods.length, 'pod')} left: ${list(state.pods.map((pod) => pod.name))}`,
      look: `kubectl get pods -n ${ref.namespace}`,
    };
  }
  return { subject, verdict: 'pass', observed: 'replicas 0, no pod' };
}

function isSame(state: { kind: string; namespace: string; name: string }, ref: WorkloadRef): boolean {
  return state.kind === ref.kind && state.namespace === ref.namespace && state.name === ref.name;
}

function name({ kind, namespace, name: own }: WorkloadRef): string {
  return `${kind} ${namespace}/${own}`;
}

function ownerName({ namespace, name: own }: OwnerState): string {
  return `${namespace}/${own}`;
}
