import type { ContainerLog, WorkloadState } from '../../cluster/observed.ts';
import type { Migration } from '../../config/schema.ts';
import type { ConnectReading } from '../../connect/observed.ts';
import { judgeLogs } from '../logs.ts';
import { connectLook } from '../look.ts';
import { judgeRestarts } from '../restarts.ts';
import { unconnected } from '../streams.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from '../verdict.ts';
import { windowBetween } from '../window.ts';
import { count, duration } from '../words.ts';
import { workloadName } from '../workloads.ts';

interface Watched<Sample> {
  readonly from: string;
  readonly to: string;
  readonly seconds: number;
  readonly samples: readonly (Sample & { readonly at: string })[];
}

/** P5.streams (plan 5.2, "All streams active"): every stream is loaded, active and connected at every look of the watch. */
export function judgeWatchedStreams(
  { samples, seconds }: Watched<{ readonly connect: Sightings<ConnectReading> }>,
  migration: Migration,
): Verdict {
  const findings = Object.entries(migration.new.connect).flatMap(([instance, config]) =>
    config.streams.map((id): Finding => {
      const subject = `${instance}/${id}`;
      const looks = samples.flatMap(({ at, connect }) => {
        const pods = connect.seen.filter((reading) => reading.instance === instance);
        if (pods.length === 0 && connect.unseen.some((each) => each.subject === instance)) return [];
        return [{ at, trouble: troubleOf(pods, id) }];
      });
      const bad = looks.filter(({ trouble }) => trouble !== undefined);
      const [first] = bad;
      if (first?.trouble !== undefined) {
        const often = `at ${bad.length} of ${count(looks.length, 'look')}`;
        return {
          subject,
          verdict: 'fail',
          observed: `${first.trouble}, ${often}`,
          since: first.at,
          look: connectLook(config),
        };
      }
      if (looks.length === 0) return { subject, verdict: 'inconclusive', observed: 'could not be seen at any look' };
      return { subject, verdict: 'pass', observed: `active and connected at ${count(looks.length, 'look')}` };
    }),
  );
  const unseen = samples.flatMap(({ connect }) => connect.unseen);
  return verdictOf([...findings, ...unseenFindings(unseen)], {
    expected: `${count(findings.length, 'stream')} active and connected at every look of the watch`,
    pass: `${count(findings.length, 'stream')} active at ${count(samples.length, 'look')} over ${duration(seconds)}`,
    hint: 'If it does not come back at once: npm run cutover:undo. Then read the instance’s log.',
  });
}

function troubleOf(pods: readonly ConnectReading[], id: string): string | undefined {
  if (pods.length === 0) return 'no running pod';
  return pods
    .map(
      (reading) =>
        unconnected(
          reading,
          reading.streams.find((stream) => stream.id === id),
        )?.observed,
    )
    .find((trouble) => trouble !== undefined);
}

/** P5.logs-clean (plan 5.2, "No errors"): the logs that were followed during the watch, judged as in phase 1. */
export function judgeWatchedLogs(
  { samples, from, to }: Watched<{ readonly logs: Sightings<ContainerLog> }>,
  migration: Migration,
): Verdict {
  const pieces = samples.flatMap(({ logs }) => logs.seen);
  const runs = Map.groupBy(
    pieces,
    ({ namespace, pod, container, previous }) => `${namespace}/${pod}/${container} ${previous}`,
  );
  const seen = [...runs.values()].flatMap((parts) => joined(parts) ?? []);
  const window = windowBetween(new Date(from), new Date(to), migration.maintenance);
  return judgeLogs({ seen, unseen: samples.flatMap(({ logs }) => logs.unseen) }, window, migration);
}

/** The log of one run from its pieces; entries that two pieces share stand once. */
function joined(parts: readonly ContainerLog[]): ContainerLog | undefined {
  const [first] = parts;
  if (first === undefined) return undefined;
  const gap = parts.find(({ reachesBack }) => !reachesBack);
  const errors = [
    ...new Map(parts.flatMap((part) => part.errors).map((entry) => [`${entry.at} ${entry.line}`, entry])).values(),
  ];
  const unlisted = parts.reduce((sum, { errorCount, errors: listed }) => sum + errorCount - listed.length, 0);
  return {
    ...first,
    lineCount: parts.reduce((sum, { lineCount }) => sum + lineCount, 0),
    reachesBack: gap === undefined,
    ...(gap?.reachNote === undefined ? {} : { reachNote: gap.reachNote }),
    errors,
    errorCount: errors.length + unlisted,
  };
}

/** P5.restarts (plan 5.2): no container of the new system restarted during the watch, and no pod was replaced. */
export function judgeWatchedRestarts(
  { samples, from, to }: Watched<{ readonly workloads: Sightings<WorkloadState> }>,
  migration: Migration,
): Verdict {
  const last = samples.at(-1)?.workloads ?? { seen: [], unseen: [] };
  const restarts = judgeRestarts(last, windowBetween(new Date(from), new Date(to), migration.maintenance));
  const replaced = last.seen.flatMap((workload): Finding[] => {
    const then = samples[0]?.workloads.seen.find(
      ({ kind, namespace, name }) =>
        kind === workload.kind && namespace === workload.namespace && name === workload.name,
    );
    const gone = then?.pods.filter(({ uid }) => !workload.pods.some((pod) => pod.uid === uid)) ?? [];
    return gone.map(({ name, namespace }) => ({
      subject: workloadName(workload),
      verdict: 'fail',
      observed: `pod ${name} was there when the watch began, and is gone`,
      look: `kubectl get events -n ${namespace} --field-selector involvedObject.name=${name}`,
    }));
  });
  return verdictOf([...restarts.findings, ...replaced], {
    expected: `no container restarted and no pod replaced over ${duration((Date.parse(to) - Date.parse(from)) / 1000)}`,
    pass: restarts.summary,
    hint: 'A restart loses what was in flight: read the log of the run that ended. If it goes on, npm run cutover:undo.',
  });
}
