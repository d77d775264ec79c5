import { describe, expect, test } from 'vitest';
import type { ContainerLog, LogEntry } from '../../cluster/observed.ts';
import { ago, connectReadings, migration, pod, seen, unseen, workload } from '../testing/samples.ts';
import { judgeWatchedLogs, judgeWatchedRestarts, judgeWatchedStreams } from './watched.ts';

const watched = <T>(...samples: T[]) => ({
  from: ago(900),
  to: ago(0),
  seconds: 900,
  samples: samples.map((sample, index) => ({ at: ago(900 - index * 30), ...sample })),
});

describe('P5.streams', () => {
  const good = { connect: seen(...connectReadings(ago(0))) };
  const without = (id: string) => ({
    connect: seen(...connectReadings(ago(0), (stream) => (stream.id === id ? undefined : stream))),
  });

  test('active and connected at every look passes', () => {
    expect(judgeWatchedStreams(watched(good, good), migration)).toMatchObject({
      kind: 'pass',
      summary: '8 streams active at 2 looks over 15 min',
    });
  });

  test('one that was not there at a single look fails, since then, and how often is said', () => {
    const verdict = judgeWatchedStreams(watched(good, without('energy'), good), migration);
    expect(verdict).toMatchObject({ kind: 'fail', since: ago(870) });
    expect(verdict.observed).toMatch(/bridge\/energy: .*, at 1 of 3 looks/);
  });

  test('an instance without a pod fails, unless it could not be asked', () => {
    const bridgeless = connectReadings(ago(0)).filter(({ instance }) => instance !== 'bridge');
    const none = { connect: seen(...bridgeless) };
    expect(judgeWatchedStreams(watched(good, none), migration).observed).toContain('no running pod');
    const hidden = { connect: { seen: bridgeless, unseen: unseen('bridge').unseen } };
    expect(judgeWatchedStreams(watched(good, hidden), migration).kind).toBe('inconclusive');
    expect(judgeWatchedStreams(watched(hidden), migration).kind).toBe('inconclusive');
  });
});

describe('P5.logs-clean', () => {
  const entry = (at: string): LogEntry => ({ at, level: 'error', message: 'Failed', line: `Failed at ${at}` });
  const log = (change: Partial<ContainerLog> = {}): ContainerLog => ({
    namespace: 'timescaledb',
    pod: 'redpanda-connect-1',
    container: 'connect',
    previous: false,
    windowStart: ago(900),
    startedAt: ago(86_400),
    reachesBack: true,
    lineCount: 10,
    errors: [],
    errorCount: 0,
    ...change,
  });
  const judge = (...pieces: ContainerLog[]) =>
    judgeWatchedLogs(watched(...pieces.map((piece) => ({ logs: seen(piece) }))), migration);

  test('no error in any piece passes', () => expect(judge(log(), log()).kind).toBe('pass'));

  test('an error that two pieces share is counted once', () => {
    const shared = log({ errors: [entry(ago(450))], errorCount: 1 });
    const verdict = judge(shared, shared);
    expect(verdict.kind).toBe('fail');
    expect(judge(shared).observed).toBe(verdict.observed);
  });

  test('errors that a piece only counts are not lost', () => {
    expect(judge(log(), log({ errors: [entry(ago(450))], errorCount: 7 })).observed).toContain('at least 1 error');
  });

  test('a piece that does not reach back, and logs that were not seen, are inconclusive', () => {
    expect(judge(log(), log({ reachesBack: false, reachNote: 'rotated' })).kind).toBe('inconclusive');
    expect(judgeWatchedLogs(watched({ logs: unseen('logs of mosquitto') }), migration).kind).toBe('inconclusive');
    expect(judgeWatchedLogs(watched(), migration).kind).toBe('inconclusive');
  });
});

describe('P5.restarts', () => {
  const one = (change: Parameters<typeof pod>[0] = {}) => ({ workloads: seen(workload({ pods: [pod(change)] })) });

  test('the same pods to the end pass', () => {
    expect(judgeWatchedRestarts(watched(one(), one()), migration).kind).toBe('pass');
  });

  test('a pod that was replaced fails, by its name', () => {
    const verdict = judgeWatchedRestarts(watched(one(), one({ uid: 'v', name: 'redpanda-connect-2' })), migration);
    expect(verdict.kind).toBe('fail');
    expect(verdict.observed).toContain('pod redpanda-connect-1 was there when the watch began, and is gone');
  });

  test('an end of the watch that was not seen is inconclusive', () => {
    const hidden = { workloads: unseen('workloads of timescaledb') };
    expect(judgeWatchedRestarts(watched(one(), hidden), migration).kind).toBe('inconclusive');
    expect(judgeWatchedRestarts(watched(), migration).kind).toBe('inconclusive');
  });
});
