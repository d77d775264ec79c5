import type { TopicState } from '../../broker/observed.ts';
import type { StateCapture } from '../../capture/schema.ts';
import type { WorkloadState } from '../../cluster/observed.ts';
import type { Migration } from '../../config/schema.ts';
import type { CutoverEntry } from '../../cutover/schema.ts';
import type { GapAround, StreamRows, TableState } from '../../database/observed.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from '../verdict.ts';
import { count, duration } from '../words.ts';
import { workloadFindings } from '../workloads.ts';

/** R.old-runs (rollback 1): the old workloads are ready at the replicas of the state capture. */
export function judgeOldRuns(
  workloads: Sightings<WorkloadState>,
  capture: StateCapture | undefined,
  migration: Migration,
): Verdict {
  const wanted = migration.old.workloads.map((ref) => ({
    ...ref,
    replicas: capture?.workloads.find((each) => sameName(each, ref))?.replicas ?? ref.replicas,
  }));
  const findings = workloadFindings(workloads, wanted);
  return verdictOf([...findings, ...unseenFindings(workloads.unseen)], {
    expected: 'every old workload ready at the replicas that it had before the cutover',
    pass: `${count(findings.length, 'old workload')} ready${capture === undefined ? ', as migration.yaml says: no state was captured' : ` at the replicas captured at ${capture.at}`}`,
    hint: 'npm run cutover:undo scales it back; if its pods do not start, npm run verify:phase4 says what they lack.',
  });
}

function sameName(one: { namespace: string; name: string }, other: { namespace: string; name: string }): boolean {
  return one.namespace === other.namespace && one.name === other.name;
}

export interface OldFlow {
  readonly topics: Sightings<TopicState>;
  readonly tables: Sightings<TableState>;
}

/**
 * R.old-flows (rollback 3): each old topic and table that had received something before the cutover has received
 * something since the undo. What was silent before, as settings that nobody changes, cannot be told by that.
 *
 * @param silentSeconds what had no record or row for so long when the state was captured was silent before
 */
export function judgeOldFlows(
  { topics, tables }: OldFlow,
  undo: CutoverEntry,
  capture: StateCapture | undefined,
  silentSeconds: number,
): Verdict {
  const since = undo.at;
  const look = 'npm run verify:rollback';
  const wasSilent = (newestAt: string | undefined) =>
    capture !== undefined &&
    (newestAt === undefined || Date.parse(capture.at) - Date.parse(newestAt) > silentSeconds * 1000);
  const judge = (subject: string, newestAt: string | undefined, before: string | undefined): Finding => {
    if (newestAt !== undefined && newestAt >= since)
      return { subject, verdict: 'pass', observed: `the newest of ${newestAt}` };
    const observed = `nothing since the undo at ${since}; ${newestAt === undefined ? 'none before it either' : `the newest of ${newestAt}`}`;
    if (wasSilent(before))
      return { subject, verdict: 'pass', observed: `${observed}; silent before the cutover too`, quiet: true };
    return { subject, verdict: 'fail', observed, since: newestAt ?? since, look };
  };
  const findings = [
    ...topics.seen.map(({ topic, newestAt }) =>
      judge(`topic ${topic}`, newestAt, capture?.topics.find((each) => each.topic === topic)?.newestAt),
    ),
    ...tables.seen
      .filter(({ isSeries }) => isSeries)
      .map(({ table, newestAt }) =>
        judge(
          `old table ${table}`,
          newestAt,
          capture?.tables.find((each) => each.system === 'old' && each.table === table)?.newestAt,
        ),
      ),
  ];
  return verdictOf([...findings, ...unseenFindings([...topics.unseen, ...tables.unseen])], {
    expected: `every old topic and table has received something since the undo at ${since}`,
    pass: `data comes again into ${count(findings.length, 'topic or table', 'topics and tables')} of the old system`,
    hint: 'Read the log of the old inputs: kubectl logs -n mqtt-input deployment/mqtt-input. They sample once a minute: give them that time.',
  });
}

/** R.new-stopped (rollback 2, "optional"): the new bridge and sinks are down if the rollback chose so. */
export function judgeNewStopped(
  workloads: Sightings<WorkloadState>,
  undo: CutoverEntry,
  migration: Migration,
): Verdict {
  const instances = Object.values(migration.new.connect);
  const text = {
    expected: 'the new system’s bridge and sinks down, as the rollback chose',
    pass: `${count(instances.length, 'instance')} of Redpanda Connect down`,
    hint: 'kubectl scale --replicas=0 (rollback, step 2); where Flux applies it, suspend its Kustomization first.',
  };
  if (!undo.newStopped) {
    const observed = 'the rollback left the new system running, as the plan allows';
    return { ...verdictOf([], text), kind: 'not-applicable', summary: observed, observed };
  }
  const findings = instances.flatMap(({ kind, namespace, name }): Finding[] => {
    const state = workloads.seen.find((each) => each.kind === kind && sameName(each, { namespace, name }));
    if (state === undefined) return [];
    const subject = `${kind} ${namespace}/${name}`;
    const isDown = state.replicasDesired === 0 && state.pods.length === 0;
    const observed = isDown
      ? 'replicas 0, no pod'
      : `${count(state.replicasDesired, 'replica')} wanted, ${count(state.pods.length, 'pod')}`;
    return [
      {
        subject,
        verdict: isDown ? 'pass' : 'fail',
        observed,
        look: `kubectl get ${kind.toLowerCase()} ${name} -n ${namespace}`,
      },
    ];
  });
  return verdictOf([...findings, ...unseenFindings(workloads.unseen)], text);
}

/** What each system missed between cutover and rollback. */
export interface GapObserved {
  /** Around the time from the cutover to the undo, in the old tables. */
  readonly old: Sightings<GapAround>;
  /** The new system's newest rows: where it was stopped, its gap began then. */
  readonly rows: Sightings<StreamRows>;
}

/**
 * R.gap: what either system missed between cutover and rollback is measured and listed. A gap that is still open fails:
 * it cannot be measured yet, and nothing writes.
 */
export function judgeGap(observed: GapObserved, undo: CutoverEntry): Verdict {
  const findings = [
    ...observed.old.seen.map(({ table, lastBefore, firstAfter }): Finding => {
      const subject = `old table ${table}`;
      if (lastBefore === undefined)
        return {
          subject,
          verdict: 'inconclusive',
          observed: 'has no row from before the cutover: what it missed cannot be told',
        };
      if (firstAfter === undefined)
        return {
          subject,
          verdict: 'fail',
          observed: `no row since ${lastBefore}: the gap is still open`,
          since: lastBefore,
        };
      const seconds = (Date.parse(firstAfter) - Date.parse(lastBefore)) / 1000;
      return { subject, verdict: 'pass', observed: `missed ${duration(seconds)}: ${lastBefore} to ${firstAfter}` };
    }),
    ...observed.rows.seen.map(({ stream, newestAt }): Finding => {
      const subject = `stream ${stream}`;
      if (newestAt === undefined) return { subject, verdict: 'inconclusive', observed: 'has no row' };
      return undo.newStopped
        ? { subject, verdict: 'pass', observed: `misses what came since ${newestAt}: it was stopped by the rollback` }
        : { subject, verdict: 'pass', observed: `goes on, the newest of ${newestAt}` };
    }),
  ];
  if (observed.old.seen.length === 0 && observed.old.unseen.length === 0) {
    const words = 'no table of it has rows with a time: what it missed cannot be told';
    findings.push({ subject: 'the old database', verdict: 'inconclusive', observed: words });
  }
  const measured = observed.old.seen.flatMap(({ lastBefore, firstAfter }) =>
    lastBefore === undefined || firstAfter === undefined
      ? []
      : [(Date.parse(firstAfter) - Date.parse(lastBefore)) / 1000],
  );
  return verdictOf([...findings, ...unseenFindings([...observed.old.unseen, ...observed.rows.unseen])], {
    expected: 'what each old table and each new stream missed between cutover and rollback is measured',
    pass: `the old system missed up to ${duration(Math.max(0, ...measured))}, in ${count(measured.length, 'table')}; the new one ${undo.newStopped ? 'was stopped' : 'went on'}`,
    hint: 'What the old system missed stands in the new one’s tables: keep both.',
  });
}
