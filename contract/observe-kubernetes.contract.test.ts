import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type KubernetesObject, KubernetesObjectApi } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { observeApiClock } from '../helpers/cluster/clock.ts';
import { observeJob } from '../helpers/cluster/job.ts';
import { type FollowedEntry, followLogs } from '../helpers/cluster/logs/follow.ts';
import { observeLogs } from '../helpers/cluster/logs/observe.ts';
import type { WorkloadState } from '../helpers/cluster/observed.ts';
import { observeSecretNames } from '../helpers/cluster/secret-names.ts';
import { observeWorkloads } from '../helpers/cluster/workloads.ts';
import { Dialer } from '../helpers/target/dialer.ts';
import { ReadOnlyKube } from '../helpers/target/kube.ts';
import { eventually, notYet, seen } from '../helpers/wait.ts';
import { chatterLines, container, crashExitCode, echoPort, noSuchImage } from './containers.ts';
import { clusterSubjects } from './kubernetes-subjects.ts';
import { contract } from './suite.ts';

const deadlineSeconds = 10;
const time = expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);

contract('Observing Kubernetes', clusterSubjects, (system) => {
  let kube: ReadOnlyKube;
  let dialer: Dialer;
  let objects: KubernetesObjectApi;

  beforeAll(async () => {
    kube = new ReadOnlyKube(system().admin, { deadlineSeconds });
    dialer = new Dialer(kube);
    objects = KubernetesObjectApi.makeApiClient(system().admin);
    for (const object of things()) await objects.create(object as KubernetesObject);
    await workloadsWhen(
      ['Deployment talker', 'StatefulSet store'],
      ({ replicasDesired, replicasReady, pods }) =>
        pods.length === replicasDesired && replicasReady === replicasDesired,
    );
  }, 90_000);
  afterAll(() => kube.close());

  const named = (name: string) => ({ name, namespace: system().namespace });

  function pods(name: string, containers: readonly object[], rest: object = {}): object {
    return { metadata: { labels: { app: name } }, spec: { terminationGracePeriodSeconds: 1, containers, ...rest } };
  }

  function workload(kind: 'Deployment' | 'StatefulSet', name: string, replicas: number, template: object): object {
    const spec = { replicas, selector: { matchLabels: { app: name } }, template };
    return { apiVersion: 'apps/v1', kind, metadata: named(name), spec };
  }

  function service(name: string, app: string, targetPort: string | number): object {
    const ports = [{ name: 'echo', port: 80, targetPort }];
    return { apiVersion: 'v1', kind: 'Service', metadata: named(name), spec: { selector: { app }, ports } };
  }

  function job(name: string, part: 'succeeds' | 'fails'): object {
    const template = pods(name, [container(part)], { restartPolicy: 'Never' });
    return { apiVersion: 'batch/v1', kind: 'Job', metadata: named(name), spec: { backoffLimit: 0, template } };
  }

  /** A workload for each of the states that the suite has to tell apart. */
  function things(): object[] {
    const talker = container('talker', {
      ports: [{ name: 'echo', containerPort: echoPort }],
      readinessProbe: { tcpSocket: { port: echoPort }, periodSeconds: 1 },
    });
    const neverReady = container('talker', { readinessProbe: { tcpSocket: { port: 9 }, periodSeconds: 1 } });
    const initContainers = [container('succeeds', { name: 'before' })];
    const noImage = container('talker', { image: noSuchImage });
    return [
      workload('Deployment', 'talker', 2, pods('talker', [talker], { initContainers })),
      workload('StatefulSet', 'store', 1, pods('store', [talker])),
      workload('Deployment', 'crasher', 1, pods('crasher', [container('crasher')])),
      workload('Deployment', 'unready', 1, pods('unready', [neverReady])),
      workload('Deployment', 'imageless', 1, pods('imageless', [noImage])),
      workload('Deployment', 'asleep', 0, pods('asleep', [talker])),
      job('succeeds', 'succeeds'),
      job('fails', 'fails'),
      service('talker', 'talker', 'echo'),
      service('store', 'store', echoPort),
      service('unready', 'unready', echoPort),
      service('nobody', 'nobody', echoPort),
    ];
  }

  const ref = (text: string) => {
    const [kind = '', name = ''] = text.split(' ');
    return { kind: kind as WorkloadState['kind'], namespace: system().namespace, name };
  };

  /** The workloads once each of them is as expected. */
  function workloadsWhen(
    names: readonly string[],
    holds: (workload: WorkloadState) => boolean,
    within = 60,
  ): Promise<WorkloadState[]> {
    return eventually(
      async () => {
        const states = await observeWorkloads({ kube }, names.map(ref));
        return states.every(holds) ? seen(states) : notYet(JSON.stringify(states));
      },
      { for: names.join(', '), within, every: 0.2 },
    );
  }

  async function one(name: string, holds = (_: WorkloadState) => true, within = 15): Promise<WorkloadState> {
    const [state] = await workloadsWhen([name], holds, within);
    if (state === undefined) throw new Error(`one workload was asked for: ${name}`);
    return state;
  }

  /** A kubelet says so when it looks again at what has crashed, every ten seconds, and waits 10 s, 20 s, 40 s … */
  const crashWithinSeconds = 60;
  const inCrashLoop = () =>
    one(
      'Deployment crasher',
      ({ pods }) => pods[0]?.containers[0]?.reason === 'CrashLoopBackOff' && pods[0].containers[0].restartCount > 0,
      crashWithinSeconds,
    );

  async function lines(pod: string, previous: boolean): Promise<string[]> {
    const read: string[] = [];
    const query = { namespace: system().namespace, pod, container: 'main', previous };
    for await (const line of kube.log(query)) read.push(line);
    return read;
  }

  describe('a workload', () => {
    test('that is well has all replicas ready, each a running pod of its own', async () => {
      const talker = await one('Deployment talker');
      expect(talker).toMatchObject({ exists: true, replicasDesired: 2, replicasReady: 2, createdAt: time });
      expect(new Set(talker.pods.map(({ uid }) => uid)).size).toBe(2);
      for (const pod of talker.pods) {
        expect(pod).toMatchObject({ phase: 'Running', ready: true, terminating: false, createdAt: time });
        expect(pod.containers).toEqual([
          {
            name: 'main',
            image: expect.stringContaining('node'),
            ready: true,
            restartCount: 0,
            state: 'running',
            startedAt: time,
          },
        ]);
        expect(pod.initContainers).toMatchObject([
          { name: 'before', state: 'terminated', reason: 'Completed', startedAt: time, finishedAt: time },
        ]);
      }
    });

    test('that is a StatefulSet has pods by number', async () => {
      expect((await one('StatefulSet store')).pods.map(({ name }) => name)).toEqual(['store-0']);
    });

    test('that is scaled to 0 has none', async () => {
      expect(await one('Deployment asleep')).toMatchObject({
        exists: true,
        replicasDesired: 0,
        replicasReady: 0,
        pods: [],
      });
    });

    test('that is not there is told with what stands under a near name', async () => {
      const missing = await one('Deployment talkers', () => true);
      expect(missing).toMatchObject({ exists: false, replicasDesired: 0, replicasReady: 0, pods: [] });
      expect(missing.foundInstead).toContain(`Deployment ${system().namespace}/talker`);
    });

    test('that runs and is not ready says so of pod and container', async () => {
      const { replicasDesired, replicasReady, pods } = await one(
        'Deployment unready',
        ({ pods }) => pods[0]?.phase === 'Running',
      );
      expect({ replicasDesired, replicasReady }).toEqual({ replicasDesired: 1, replicasReady: 0 });
      expect(pods).toMatchObject([{ ready: false, containers: [{ ready: false, state: 'running', restartCount: 0 }] }]);
    });

    test('without its image waits, and says for what', async () => {
      const { pods } = await one('Deployment imageless', ({ pods }) => pods[0]?.containers[0]?.state === 'waiting');
      expect(pods).toMatchObject([{ phase: 'Pending', ready: false }]);
      const reason = () =>
        one('Deployment imageless', ({ pods }) => /ImagePull/.test(pods[0]?.containers[0]?.reason ?? ''));
      expect((await reason()).pods[0]?.containers[0]).toMatchObject({
        restartCount: 0,
        message: expect.stringContaining(noSuchImage),
      });
    });

    test(
      'that crashes waits for its next run, and tells how the last one ended',
      async () => {
        const { pods } = await inCrashLoop();
        expect(pods).toMatchObject([
          {
            phase: 'Running',
            ready: false,
            containers: [
              {
                ready: false,
                state: 'waiting',
                message: expect.stringContaining('back-off'),
                lastTermination: { reason: 'Error', exitCode: crashExitCode, startedAt: time, finishedAt: time },
              },
            ],
          },
        ]);
      },
      crashWithinSeconds * 1000,
    );

    test('that may not be listed cannot be observed, and the missing permission is named', async () => {
      const own = new ReadOnlyKube(system().reader, { deadlineSeconds });
      const looked = observeWorkloads({ kube: own }, [ref('Deployment talker')]).finally(() => own.close());
      await expect(looked).rejects.toMatchObject({
        name: 'Unobservable',
        kind: 'forbidden',
        message: expect.stringContaining(system().readerName),
        hint: expect.stringMatching(/resources: \["(deployments|statefulsets|replicasets)"\], verbs: \["list"\]/),
      });
    });
  });

  describe('a Job', () => {
    test.each([
      ['succeeds', { exists: true, succeeded: 1, failed: 0, active: 0 }],
      ['fails', { exists: true, succeeded: 0, failed: 1, active: 0 }],
      ['cleaned-up', { exists: false, succeeded: 0, failed: 0, active: 0 }],
    ])('%s', async (name, expected) => {
      const found = await eventually(
        async () => {
          const state = await observeJob({ kube }, system().namespace, name);
          return state.succeeded + state.failed > 0 || !state.exists ? seen(state) : notYet(JSON.stringify(state));
        },
        { for: `Job ${name}`, within: 15, every: 0.2 },
      );
      expect(found).toEqual({ namespace: system().namespace, name, ...expected });
    });
  });

  describe('logs', () => {
    const observe = async (workloads: readonly WorkloadState[], windowSeconds = 3600) =>
      observeLogs({ kube }, workloads, { windowSeconds, now: new Date(Date.now() + 1000) });

    test('of every container within the window, an error 5,000 lines back too', async () => {
      const store = await one('StatefulSet store');
      const [log, ...others] = await observe([store]);
      expect(others).toEqual([]);
      expect(log).toMatchObject({
        pod: 'store-0',
        container: 'main',
        previous: false,
        reachesBack: true,
        errorCount: 2,
        oldestLineAt: time,
      });
      expect(log?.lineCount).toBeGreaterThanOrEqual(chatterLines + 2);
      const [first, last, ...more] = log?.errors ?? [];
      expect(more).toEqual([]);
      expect(first).toMatchObject({
        at: time,
        level: 'error',
        message: 'lost the first of them',
        line: 'level=error msg="lost the first of them" attempt=1',
        after: [0, 1].map((line) => ({ at: time, text: `level=info msg=chatter i=${line}` })),
      });
      expect(last).toMatchObject({
        at: time,
        level: 'error',
        message: 'lost the last of them',
        line: 'ERROR: lost the last of them',
        before: [2, 1].map((back) => ({ at: time, text: `level=info msg=chatter i=${chatterLines - back}` })),
      });
      expect(Date.parse(log?.errors[0]?.at ?? '')).toBeGreaterThanOrEqual(Date.parse(log?.startedAt ?? '') - 1000);
    });

    test('of init containers', async () => {
      const logs = await observe([await one('Deployment talker')]);
      expect(logs.map(({ container }) => container).sort()).toEqual(['before', 'before', 'main', 'main']);
      expect(logs.find(({ container }) => container === 'before')).toMatchObject({
        lineCount: 1,
        errorCount: 0,
        reachesBack: true,
      });
    });

    test(
      'of the last run, asked for as the one before while its container waits for the next',
      async () => {
        const crashed = await inCrashLoop();
        const [log, ...others] = await observe([crashed]);
        expect(others).toEqual([]);
        expect(log).toMatchObject({
          previous: true,
          lineCount: 1,
          errorCount: 1,
          errors: [{ level: 'error', message: 'no way on' }],
        });
        const pod = crashed.pods[0]?.name ?? '';
        expect(await lines(pod, false)).toEqual(await lines(pod, true));
      },
      crashWithinSeconds * 1000,
    );

    test('that do not lie within the window are not read', async () => {
      const store = await one('StatefulSet store');
      const now = new Date(Date.parse(store.createdAt ?? '') - 1000);
      const [log] = await observeLogs({ kube }, [store], { windowSeconds: -3600, now });
      expect(log).toMatchObject({ lineCount: 0, errorCount: 0, oldestLineAt: time });
    });

    test('of a run that never was are an answer', async () => {
      await expect(lines('store-0', true)).rejects.toMatchObject({
        name: 'ApiAnswer',
        status: 400,
        message: expect.stringContaining('previous terminated container "main" in pod "store-0" not found'),
      });
    });

    test('are followed, line by line as it is printed', async () => {
      const { pods } = await one('StatefulSet store');
      const ending = new AbortController();
      const came = Promise.withResolvers<FollowedEntry>();
      const following = followLogs({ kube }, pods, { since: new Date(), signal: ending.signal }, (entry) => {
        if (entry.message === 'somebody came') came.resolve(entry);
      });
      const socket = await dialer.dial({ namespace: system().namespace, service: 'store', port: 80 });
      socket.end('hello');
      expect(await came.promise).toMatchObject({ pod: 'store-0', container: 'main', level: 'warn', at: time });
      ending.abort();
      await following;
    });
  });

  describe('a tunnel', () => {
    const to = (service: string, port = 80) => dialer.dial({ namespace: system().namespace, service, port });

    async function echoed(socket: Duplex, sent: Buffer): Promise<Buffer> {
      const parts: Buffer[] = [];
      let length = 0;
      socket.write(sent);
      for await (const part of socket.iterator({ destroyOnReturn: false })) {
        parts.push(part);
        length += part.length;
        if (length >= sent.length) break;
      }
      socket.destroy();
      return Buffer.concat(parts);
    }

    test.each([['talker'], ['store']])('by the Service %s carries bytes both ways, whole', async (service) => {
      const sent = Buffer.alloc(1 << 20, randomBytes(4_099));
      expect((await echoed(await to(service), sent)).equals(sent)).toBe(true);
    });

    test('is one of ten at once, each its own', async () => {
      const sockets = await Promise.all(Array.from({ length: 10 }, () => to('talker')));
      const answers = await Promise.all(sockets.map((socket, index) => echoed(socket, Buffer.from(`number ${index}`))));
      expect(answers.map(String)).toEqual(Array.from({ length: 10 }, (_, index) => `number ${index}`));
    });

    test('to a port that nobody listens on is refused, in the kubelet’s words', async () => {
      const socket = await dialer.dial({ namespace: system().namespace, pod: 'store-0', port: 9 });
      await expect(buffer(socket)).rejects.toMatchObject({
        code: 'ECONNREFUSED',
        message: expect.stringMatching(/store-0, port 9: .*connection refused/),
      });
    });

    test.each([
      ['nobody', 80, /has no ready pod: no pod has the labels app=nobody/],
      ['unready', 80, /has no ready pod: unready-\S+ is Running, container main is not ready/],
      ['talker', 81, /does not have this port; its ports: 80/],
      ['none', 80, /does not exist; the namespace has: .*talker/],
    ])('to Service %s, port %i, cannot be opened, and the reason is told', async (service, port, message) => {
      await one('Deployment unready', ({ pods }) => pods[0]?.phase === 'Running');
      await expect(to(service, port)).rejects.toMatchObject({
        name: 'Unobservable',
        kind: 'no-ready-pod',
        message: expect.stringMatching(message),
      });
    });

    test('to a pod that is not there cannot be opened', async () => {
      await expect(dialer.dial({ namespace: system().namespace, pod: 'store-1', port: 80 })).rejects.toMatchObject({
        kind: 'no-ready-pod',
        message: expect.stringContaining('store-1'),
      });
    });

    test('ends with the pod, and the next goes to the pod that replaced it', async () => {
      const [before] = (await one('StatefulSet store')).pods;
      const socket = await to('store');
      const over = buffer(socket).catch(() => 'cut off');
      await objects.delete({ apiVersion: 'v1', kind: 'Pod', metadata: named('store-0') });
      await over;
      const after = await one(
        'StatefulSet store',
        ({ pods, replicasReady }) => replicasReady === 1 && pods[0]?.ready === true && pods[0].uid !== before?.uid,
      );
      expect(after.pods).toHaveLength(1);
      expect(String(await echoed(await to('store'), Buffer.from('again')))).toBe('again');
    });
  });

  describe('the names of Secrets', () => {
    test('are told without a value', async () => {
      const secret = { apiVersion: 'v1', kind: 'Secret', metadata: named('login'), data: { password: 'cGFzcw==' } };
      await objects.create(secret as KubernetesObject);
      expect(await observeSecretNames({ kube }, system().namespace)).toContain('login');
    });

    test('of a namespace without any are none', async () => {
      expect(await observeSecretNames({ kube }, `${system().namespace}-without`)).toEqual([]);
    });
  });

  test('the clock is that of the API server, known to a second or so', async () => {
    const clock = await observeApiClock({ kube });
    expect(clock.uncertaintySeconds).toBeLessThan(2);
    expect(Math.abs(clock.offsetSeconds)).toBeLessThan(5);
  });
});
