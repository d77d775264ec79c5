import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { registerSecret } from '../../target/mask.ts';
import type { ContainerState, PodState, WorkloadState } from '../observed.ts';
import { ScriptedCluster } from '../testing/scripted-cluster.ts';
import { followLogs } from './follow.ts';
import { observeLogs } from './observe.ts';

const now = new Date('2026-11-24T03:00:00Z');
const hour = { windowSeconds: 3600, now };
const before = '2026-11-23T12:00:00.000Z';
const at = (time: string) => `2026-11-24T${time}Z`;

let cluster: ScriptedCluster;
beforeEach(async () => {
  cluster = await ScriptedCluster.start();
});
afterEach(() => cluster[Symbol.asyncDispose]());

const connect: ContainerState = {
  name: 'connect',
  image: 'connect',
  ready: true,
  restartCount: 0,
  state: 'running',
  startedAt: before,
};

function workload(container: Partial<ContainerState> = {}, pod: Partial<PodState> = {}): WorkloadState {
  return {
    kind: 'Deployment',
    namespace: 'timescaledb',
    name: 'redpanda-connect',
    exists: true,
    foundInstead: [],
    replicasDesired: 1,
    replicasReady: 1,
    createdAt: before,
    pods: [
      {
        namespace: 'timescaledb',
        name: 'pod',
        uid: 'u',
        phase: 'Running',
        ready: true,
        terminating: false,
        createdAt: before,
        containers: [{ ...connect, ...container }],
        ...pod,
      },
    ],
  };
}

test('errors of the window are found, however far back, and those before it are not', async () => {
  const quiet = Array.from(
    { length: 5000 },
    (_, index) =>
      [
        at(`02:30:${String(Math.floor(index / 100)).padStart(2, '0')}.${String(index % 100).padStart(3, '0')}`),
        'level=info msg=quiet',
      ] as const,
  );
  cluster.logs.set('pod/connect', [
    [at('01:59:59.999'), 'level=error msg="before the window"'],
    [at('02:00:00.000'), 'level=error msg="pq: relation \\"x\\" does not exist" stream=energy'],
    ...quiet,
  ]);
  const [log] = await observeLogs(cluster, [workload()], hour);
  expect(log).toMatchObject({
    namespace: 'timescaledb',
    pod: 'pod',
    container: 'connect',
    previous: false,
    windowStart: at('02:00:00.000'),
    startedAt: before,
    oldestLineAt: at('01:59:59.999'),
    reachesBack: true,
    lineCount: 5001,
    errorCount: 1,
  });
  expect(log?.errors).toMatchObject([
    {
      at: at('02:00:00.000'),
      level: 'error',
      message: 'pq: relation "x" does not exist',
      line: 'level=error msg="pq: relation \\"x\\" does not exist" stream=energy',
    },
  ]);
});

test('a flood of one error hides no other', async () => {
  const flood = Array.from(
    { length: 500 },
    (_, index) =>
      [at(`02:10:00.${String(index).padStart(3, '0')}`), `level=error msg="refused, try ${index}"`] as const,
  );
  cluster.logs.set('pod/connect', [
    [at('01:00:00.000'), 'level=info msg=start'],
    ...flood,
    [at('02:50:00.000'), 'level=error msg="disk full"'],
  ]);
  const [log] = await observeLogs(cluster, [workload()], hour);
  expect(log?.errorCount).toBe(501);
  expect(log?.errors).toHaveLength(51);
  expect(log?.errors.at(-1)?.message).toBe('disk full');
});

test('secrets are masked', async () => {
  registerSecret('s3cret-of-the-database');
  cluster.logs.set('pod/connect', [
    [at('01:00:00.000'), 'start'],
    [at('02:10:00.000'), 'level=error msg="dial postgres://u:s3cret-of-the-database@x"'],
  ]);
  const [log] = await observeLogs(cluster, [workload()], hour);
  expect(JSON.stringify(log)).not.toContain('s3cret');
});

describe('what cannot be read back', () => {
  test('a rotated log', async () => {
    cluster.logs.set('pod/connect', [[at('02:20:00.000'), 'level=info msg=running']]);
    const [log] = await observeLogs(cluster, [workload()], hour);
    expect(log).toMatchObject({ reachesBack: false, oldestLineAt: at('02:20:00.000') });
  });

  test('a log with no line at all', async () => {
    cluster.logs.set('pod/connect', []);
    expect(await observeLogs(cluster, [workload()], hour)).toMatchObject([{ reachesBack: false, lineCount: 0 }]);
  });

  test('a log that the kubelet has lost', async () => {
    cluster.logs.set('pod/connect', 'unable to retrieve container logs for containerd://0123');
    const [log] = await observeLogs(cluster, [workload()], hour);
    expect(log).toMatchObject({ reachesBack: false, lineCount: 0 });
    expect(log?.reachNote).toContain('unable to retrieve container logs');
  });

  test('a previous run that the API server no longer has', async () => {
    cluster.logs.set('pod/connect', [[at('02:30:01.000'), 'level=info msg=start']]);
    const died = { reason: 'Error', exitCode: 1, startedAt: before, finishedAt: at('02:29:59.000') };
    const logs = await observeLogs(
      cluster,
      [workload({ startedAt: at('02:30:00.000'), restartCount: 1, lastTermination: died })],
      hour,
    );
    expect(logs).toMatchObject([
      {
        previous: true,
        reachesBack: false,
        reachNote: expect.stringContaining('previous terminated container not found'),
      },
      { previous: false, reachesBack: true },
    ]);
  });
});

test('an error that only the previous run printed is found', async () => {
  cluster.logs.set('pod/connect', [[at('02:30:01.000'), 'level=info msg=start']]);
  cluster.logs.set('pod/connect/previous', [
    [before, 'level=info msg=start'],
    [at('02:29:58.000'), 'panic: out of luck'],
  ]);
  const died = { reason: 'Error', exitCode: 2, startedAt: before, finishedAt: at('02:29:59.000') };
  const logs = await observeLogs(
    cluster,
    [workload({ startedAt: at('02:30:00.000'), restartCount: 1, lastTermination: died })],
    hour,
  );
  expect(logs).toMatchObject([
    { previous: true, reachesBack: true, errorCount: 1, errors: [{ level: 'fatal', message: 'out of luck' }] },
    { previous: false, reachesBack: true, errorCount: 0 },
  ]);
});

test('init containers that ran within the window are read too', async () => {
  cluster.logs.set('pod/connect', [[at('01:00:00.000'), 'level=info msg=start']]);
  cluster.logs.set('pod/migrate', [[at('02:30:00.000'), 'ERROR: cannot migrate']]);
  const init = {
    ...connect,
    name: 'migrate',
    state: 'terminated' as const,
    startedAt: at('02:29:59.000'),
    finishedAt: at('02:30:01.000'),
  };
  const logs = await observeLogs(cluster, [workload({}, { initContainers: [init] })], hour);
  expect(logs.map(({ container, errorCount }) => [container, errorCount])).toEqual([
    ['migrate', 1],
    ['connect', 0],
  ]);
});

test('a permission that is missing is no clean log', async () => {
  cluster.forbidden.push('/api/v1/namespaces/timescaledb/pods/pod/log');
  await expect(observeLogs(cluster, [workload()], hour)).rejects.toMatchObject({
    name: 'Unobservable',
    kind: 'forbidden',
  });
});

test('a followed log hands over lines as they come, and ends with its signal', async () => {
  const stop = new AbortController();
  cluster.api.answer = (response) => {
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.write(`${at('02:59:59.000')} level=error msg=first\n`);
  };
  const seen: string[] = [];
  await followLogs(
    cluster,
    workload().pods,
    { since: now, signal: stop.signal },
    ({ pod, container, level, message }) => {
      seen.push(`${pod}/${container} ${level} ${message}`);
      stop.abort();
    },
  );
  expect(seen).toEqual(['pod/connect error first']);
});

test('a log that cannot be followed is said so', async () => {
  cluster.forbidden.push('/api/v1');
  const following = followLogs(
    cluster,
    workload().pods,
    { since: now, signal: new AbortController().signal },
    () => {},
  );
  await expect(following).rejects.toMatchObject({ name: 'Unobservable', kind: 'forbidden' });
});
