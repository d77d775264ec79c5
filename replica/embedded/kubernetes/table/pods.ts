import type { KubeObject } from '../object.ts';
import { age, column, items, type Loose, loose, nameColumn, none, type Printer, since, text, wide } from './printer.ts';

export const podPrinter: Printer = {
  columns: [
    nameColumn,
    column('Ready'),
    column('Status'),
    column('Restarts'),
    column('Age'),
    column('IP', wide),
    column('Node', wide),
    column('Nominated Node', wide),
    column('Readiness Gates', wide),
  ],
  cells(pod, now) {
    const { ready, total, reason, restarts, lastRestart } = summary(pod);
    const ago = restarts > 0 && lastRestart !== undefined ? ` (${since(lastRestart, now)} ago)` : '';
    return [
      pod.metadata.name,
      `${ready}/${total}`,
      reason,
      `${restarts}${ago}`,
      age(pod, now),
      text(pod.status?.podIP) || none,
      text(pod.spec?.nodeName) || none,
      text(pod.status?.nominatedNodeName) || none,
      none,
    ];
  },
};

interface Summary {
  readonly ready: number;
  readonly total: number;
  readonly reason: string;
  readonly restarts: number;
  readonly lastRestart: string | undefined;
}

/** What kubectl makes of a pod's status, by the rules of printPod in Kubernetes' own printers. */
function summary(pod: KubeObject): Summary {
  const status = loose(pod.status);
  const init = items(status.initContainerStatuses);
  const main = items(status.containerStatuses);
  const initializing = initReason(init, items(pod.spec?.initContainers).length);
  const counted = initializing === undefined || conditionIs(status, 'Initialized') ? main : init;
  const ready = counted === main ? main.filter((each) => each.ready && stateOf(each, 'running')).length : 0;
  const restartTimes = counted
    .map((each) => text(loose(loose(each.lastState).terminated).finishedAt))
    .filter((time) => time !== '');
  return {
    ready,
    total: items(pod.spec?.containers).length,
    reason:
      terminating(pod) ??
      (counted === main ? mainReason(main, status) : undefined) ??
      initializing ??
      (text(status.reason) || text(status.phase)),
    restarts: counted.reduce((sum, each) => sum + Number(each.restartCount ?? 0), 0),
    lastRestart: restartTimes.sort().at(-1),
  };
}

function terminating(pod: KubeObject): string | undefined {
  if (pod.metadata.deletionTimestamp === undefined) return undefined;
  if (pod.status?.reason === 'NodeLost') return 'Unknown';
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed' ? undefined : 'Terminating';
}

function initReason(statuses: readonly Loose[], total: number): string | undefined {
  for (const [index, each] of statuses.entries()) {
    const terminated = stateOf(each, 'terminated');
    if (terminated?.exitCode === 0) continue;
    if (terminated) return `Init:${terminationReason(terminated)}`;
    const waiting = text(stateOf(each, 'waiting')?.reason);
    if (waiting !== '' && waiting !== 'PodInitializing') return `Init:${waiting}`;
    return `Init:${index}/${total}`;
  }
  return undefined;
}

/** The first container's reason wins; `Completed` beside a running container does not. */
function mainReason(statuses: readonly Loose[], status: Loose): string | undefined {
  const reasons = statuses.map((each) => {
    const terminated = stateOf(each, 'terminated');
    return text(stateOf(each, 'waiting')?.reason) || (terminated && terminationReason(terminated));
  });
  const reason = reasons.find((each) => each !== undefined && each !== '');
  const running = statuses.some((each) => each.ready && stateOf(each, 'running'));
  if (reason === 'Completed' && running) return conditionIs(status, 'Ready') ? 'Running' : 'NotReady';
  return reason;
}

function terminationReason(terminated: Loose): string {
  if (text(terminated.reason) !== '') return text(terminated.reason);
  return terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode}`;
}

function stateOf(status: Loose, state: string): Loose | undefined {
  const value = loose(status.state)[state];
  return value === undefined || value === null ? undefined : loose(value);
}

function conditionIs(status: Loose, type: string): boolean {
  return items(status.conditions).some((each) => each.type === type && each.status === 'True');
}
