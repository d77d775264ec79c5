import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { ContainerContext, Program } from '../program.ts';
import { startNode } from './node.ts';
import { type Pod, pods } from './pod.ts';
import { stopped } from './testing/programs.ts';
import { emptyStore, isReady, podOf as pod, podWhen } from './testing/store.ts';

const timeScale = 1000;

/** Runs until it is told to stop. */
const server: Program = {
  async run(context) {
    context.log('serving');
    await stopped(context);
    context.log('bye');
    return 0;
  },
};

const state = (pod: Pod) => pod.status?.containerStatuses?.[0]?.state;

function replica(programs: Record<string, Program>) {
  const store = emptyStore();
  const node = startNode({ store, timeScale, programs: (image) => programs[image] });
  return { store, node };
}

async function lines(log: AsyncIterable<string>): Promise<string[]> {
  const read: string[] = [];
  for await (const line of log) read.push(line);
  return read;
}

const all = { follow: false, previous: false, timestamps: false };
const never = new AbortController().signal;
const main = (name: string) => ({ namespace: 'ns', pod: name, container: 'main' });

describe('a pod', () => {
  test('becomes Ready with an address, and its log is served', async () => {
    const { store, node } = replica({ 'server:1': server });
    await using _ = node;
    store.create(pods, pod('a'));
    const ready = await podWhen(store, 'a', isReady);
    expect(ready.status).toMatchObject({
      phase: 'Running',
      podIP: '10.42.0.2',
      containerStatuses: [{ ready: true, restartCount: 0 }],
    });
    expect(await lines(node.logs(main('a'), all, never))).toEqual(['serving']);
    const events = store.list({ group: '', resource: 'events' }, 'ns');
    const written = events.toSorted((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion));
    const reasons = written.map((event) => event.reason);
    expect(reasons).toEqual(['Scheduled', 'Pulled', 'Created', 'Started']);
  });

  test('gets environment, arguments and files from ConfigMaps, Secrets and itself', async () => {
    const seen = Promise.withResolvers<ContainerContext>();
    const { store, node } = replica({
      'server:1': {
        run: async (context) => {
          seen.resolve(context);
          await stopped(context);
          return 0;
        },
      },
    });
    await using _ = node;
    const meta = (name: string) => ({ name, namespace: 'ns' });
    store.create(
      { group: '', resource: 'configmaps' },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: meta('cm'), data: { 'a.yaml': 'A', B: 'b' } },
    );
    store.create(
      { group: '', resource: 'secrets' },
      { apiVersion: 'v1', kind: 'Secret', metadata: meta('s'), data: { pw: 'aHVuY2g=' } },
    );
    store.create(
      pods,
      pod(
        'a',
        {
          volumes: [
            { name: 'v', configMap: { name: 'cm', items: [{ key: 'a.yaml', path: 'x/a.yaml' }] } },
            { name: 's', secret: { secretName: 's' } },
          ],
        },
        {
          command: ['run'],
          args: ['--name=$(NAME)', '$$(NAME)', '$(UNKNOWN)'],
          envFrom: [{ configMapRef: { name: 'cm' }, prefix: 'CM_' }],
          env: [
            { name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
            { name: 'PW', valueFrom: { secretKeyRef: { name: 's', key: 'pw' } } },
            { name: 'DSN', value: 'x:$(PW)@$(CM_B)' },
          ],
          volumeMounts: [
            { name: 'v', mountPath: '/config' },
            { name: 's', mountPath: '/secret/pw', subPath: 'pw' },
          ],
        },
      ),
    );
    const context = await seen.promise;
    expect(context.args).toEqual(['run', '--name=a', '$(NAME)', '$(UNKNOWN)']);
    expect(context.env).toMatchObject({ NAME: 'a', PW: 'hunch', DSN: 'x:hunch@b', CM_B: 'b' });
    expect(Object.fromEntries(context.files)).toEqual({ '/config/x/a.yaml': 'A', '/secret/pw': 'hunch' });
  });

  test('waits for a Secret that its environment names, and runs once it is there', async () => {
    const { store, node } = replica({ 'server:1': server });
    await using _ = node;
    store.create(pods, pod('a', {}, { env: [{ name: 'PW', valueFrom: { secretKeyRef: { name: 's', key: 'pw' } } }] }));
    const waiting = await podWhen(store, 'a', (each) => state(each)?.waiting?.reason === 'CreateContainerConfigError');
    expect(state(waiting)?.waiting?.message).toBe('secret "s" not found');
    store.create(
      { group: '', resource: 'secrets' },
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'ns' }, data: { pw: 'cA==' } },
    );
    await podWhen(store, 'a', isReady);
  });

  test('whose image is unknown backs off pulling it', async () => {
    const { store, node } = replica({});
    await using _ = node;
    store.create(pods, pod('a', {}, { image: 'nope:1' }));
    const waiting = await podWhen(store, 'a', (each) => state(each)?.waiting?.reason === 'ImagePullBackOff');
    expect(state(waiting)?.waiting?.message).toBe('Back-off pulling image "nope:1"');
    expect(() => node.logs(main('a'), all, never)).toThrow(
      'container "main" in pod "a" is waiting to start: trying and failing to pull image',
    );
  });

  test('that fails is restarted, backs off, and shows how it ended', async () => {
    let runs = 0;
    const crashing: Program = {
      run: async (context) => {
        runs += 1;
        context.log(`run ${runs}`);
        if (runs < 3) throw new Error('cannot connect');
        return stopped(context).then(() => 0);
      },
    };
    const { store, node } = replica({ 'server:1': crashing });
    await using _ = node;
    store.create(pods, pod('a'));
    const waiting = await podWhen(store, 'a', (each) => state(each)?.waiting?.reason === 'CrashLoopBackOff');
    expect(state(waiting)?.waiting?.message).toMatch(/^back-off 10s restarting failed container=main pod=a_ns\(/);
    expect(await lines(node.logs(main('a'), { ...all, previous: true }, never))).toEqual(['run 2', 'cannot connect']);
    const running = await podWhen(store, 'a', isReady);
    expect(running.status?.containerStatuses?.[0]).toMatchObject({
      restartCount: 2,
      lastState: { terminated: { exitCode: 1, reason: 'Error' } },
    });
    expect(await lines(node.logs(main('a'), { ...all, previous: true }, never))).toEqual(['run 2', 'cannot connect']);
    expect(await lines(node.logs(main('a'), all, never))).toEqual(['run 3']);
  });

  test('whose program throws where nothing catches it ends with exit code 1, and the replica lives', async () => {
    let runs = 0;
    const careless: Program = {
      run: async (context) => {
        runs += 1;
        if (runs === 1)
          setTimeout(() => {
            throw new Error('lost');
          }, 1);
        return stopped(context).then(() => 0);
      },
    };
    const { store, node } = replica({ 'server:1': careless });
    await using _ = node;
    store.create(pods, pod('a'));
    const restarted = await podWhen(store, 'a', (each) => each.status?.containerStatuses?.[0]?.restartCount === 1);
    expect(restarted.status?.containerStatuses?.[0]?.lastState.terminated).toMatchObject({
      exitCode: 1,
      reason: 'Error',
    });
    expect(await lines(node.logs(main('a'), { ...all, previous: true }, never))).toEqual(['lost']);
  });

  test('whose connection handler throws is the one to end, not the pod that spoke to it', async () => {
    const careless: Program = {
      run: async (context) => {
        context.listen(1, (socket) => void socket.on('data', () => JSON.parse('no JSON')));
        await stopped(context);
        return 0;
      },
    };
    const caller: Program = {
      run: async (context) => {
        (await context.dial('10.42.0.2', 1)).write('x');
        await stopped(context);
        return 0;
      },
    };
    const { store, node } = replica({ careless, caller });
    await using _ = node;
    store.create(pods, pod('a', {}, { image: 'careless' }));
    await podWhen(store, 'a', isReady);
    store.create(pods, pod('b', {}, { image: 'caller' }));
    await podWhen(store, 'a', (each) => each.status?.containerStatuses?.[0]?.restartCount === 1);
    expect((store.get(pods, 'ns', 'b') as Pod).status?.containerStatuses?.[0]).toMatchObject({
      restartCount: 0,
      ready: true,
    });
  });

  test('that fails its liveness probe is stopped and started again', async () => {
    const { store, node } = replica({ 'server:1': { ...server, commands: { check: async () => 1 } } });
    await using _ = node;
    store.create(pods, pod('a', {}, { livenessProbe: { exec: { command: ['check'] }, failureThreshold: 1 } }));
    const restarted = await podWhen(store, 'a', (each) => each.status?.containerStatuses?.[0]?.restartCount === 1);
    expect(restarted.status?.containerStatuses?.[0]?.lastState.terminated).toMatchObject({
      exitCode: 0,
      reason: 'Completed',
    });
    const messages = store.list({ group: '', resource: 'events' }, 'ns').map((event) => event.message);
    expect(messages).toContain('Container main failed liveness probe, will be restarted');
  });

  test('that has run once has no earlier log', async () => {
    const { store, node } = replica({ 'server:1': server });
    await using _ = node;
    store.create(pods, pod('a'));
    await podWhen(store, 'a', isReady);
    expect(() => node.logs(main('a'), { ...all, previous: true }, never)).toThrow(
      'previous terminated container "main" in pod "a" not found',
    );
  });

  test('waits for a ConfigMap that it mounts', async () => {
    const { store, node } = replica({ 'server:1': server });
    await using _ = node;
    const mounted = pod('a', { volumes: [{ name: 'v', configMap: { name: 'cm' } }] });
    store.create(pods, mounted);
    const waiting = await podWhen(store, 'a', (each) => state(each)?.waiting !== undefined);
    expect(state(waiting)?.waiting).toEqual({ reason: 'ContainerCreating' });
    const events = store.list({ group: '', resource: 'events' }, 'ns');
    expect(events.map((event) => event.message)).toContain(
      'MountVolume.SetUp failed for volume "v" : configmap "cm" not found',
    );
    store.create(
      { group: '', resource: 'configmaps' },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cm', namespace: 'ns' }, data: {} },
    );
    await podWhen(store, 'a', isReady);
  });

  test('over its memory limit is killed for it, as it starts: it is never ready', async () => {
    const { store, node } = replica({
      'server:1': {
        async run(context) {
          using _ = context.listen(80, (socket) => socket.destroy());
          await stopped(context);
          return 0;
        },
        memoryBytes: () => 200 * 2 ** 20,
      },
    });
    await using _ = node;
    let ready = false;
    using _watching = store.watch(pods, ({ object }) => {
      ready ||= isReady(object as Pod);
    });
    const readinessProbe = { tcpSocket: { port: 80 }, periodSeconds: 1 };
    store.create(pods, pod('a', {}, { resources: { limits: { memory: '128Mi' } }, readinessProbe }));
    const killed = await podWhen(
      store,
      'a',
      (each) => each.status?.containerStatuses?.[0]?.lastState.terminated !== undefined,
    );
    expect(killed.status?.containerStatuses?.[0]?.lastState.terminated).toMatchObject({
      exitCode: 137,
      reason: 'OOMKilled',
    });
    await podWhen(store, 'a', (each) => (each.status?.containerStatuses?.[0]?.restartCount ?? 0) >= 1);
    expect(ready).toBe(false);
  });

  test('that is deleted is told to stop, and goes when it has', async () => {
    const { store, node } = replica({ 'server:1': server });
    await using _ = node;
    store.create(pods, pod('a'));
    await podWhen(store, 'a', isReady);
    const log = lines(node.logs(main('a'), { ...all, follow: true }, never));
    const gone = new Promise<void>((resolve) => store.watch(pods, ({ type }) => type === 'DELETED' && resolve()));
    store.delete(pods, 'ns', 'a');
    await gone;
    expect(await log).toEqual(['serving', 'bye']);
    expect(store.get(pods, 'ns', 'a')).toBeUndefined();
  });

  test('runs its init containers in order before the others', async () => {
    const order: string[] = [];
    const noting: Program = {
      run: async (context) => {
        order.push(context.container);
        if (context.container === 'main') await stopped(context);
        return 0;
      },
    };
    const { store, node } = replica({ 'server:1': noting });
    await using _ = node;
    store.create(pods, pod('a', { initContainers: ['one', 'two'].map((name) => ({ name, image: 'server:1' })) }));
    const ready = await podWhen(store, 'a', isReady);
    expect(order).toEqual(['one', 'two', 'main']);
    expect(ready.status?.initContainerStatuses?.map((each) => each.state.terminated?.reason)).toEqual([
      'Completed',
      'Completed',
    ]);
  });

  test.each([
    [0, 'Succeeded'],
    [3, 'Failed'],
  ])('of a Job that ends with %i is %s and is not restarted', async (exitCode, phase) => {
    const { store, node } = replica({ 'server:1': { run: async () => exitCode } });
    await using _ = node;
    store.create(pods, pod('a', { restartPolicy: 'Never' }));
    const over = await podWhen(store, 'a', (each) => each.status?.phase === phase);
    expect(state(over)?.terminated).toMatchObject({ exitCode });
  });

  test('is Ready by its probe, and unready once that fails', async () => {
    let healthy = true;
    const probed: Program = {
      ...server,
      commands: {
        check: async (_argv, io) => {
          io.stdout.write('no');
          return healthy ? 0 : 1;
        },
      },
    };
    const { store, node } = replica({ 'server:1': probed });
    await using _ = node;
    store.create(pods, pod('a', {}, { readinessProbe: { exec: { command: ['check'] }, failureThreshold: 1 } }));
    await podWhen(store, 'a', isReady);
    healthy = false;
    await podWhen(store, 'a', (each) => !isReady(each));
    const unhealthy = store.list({ group: '', resource: 'events' }, 'ns').find((event) => event.reason === 'Unhealthy');
    expect(unhealthy?.message).toBe('Readiness probe failed: no');
  });

  test('of a seeded replica has started when its annotation says', async () => {
    const { store, node } = replica({ 'server:1': server });
    await using _ = node;
    const seeded = pod('a');
    seeded.metadata.annotations = { 'replica.local/started-at': '2026-01-02T03:04:05Z' };
    store.create(pods, seeded);
    const ready = await podWhen(store, 'a', isReady);
    expect(ready.status?.startTime).toBe('2026-01-02T03:04:05Z');
    expect(state(ready)?.running?.startedAt).toBe('2026-01-02T03:04:05Z');
  });
});

test('while a past is made, what starts has started when it was created, and leaves no Events', async () => {
  const store = emptyStore();
  let seeding = true;
  await using _ = startNode({ store, timeScale, programs: () => server, seeding: () => seeding });
  const created = (name: string) => {
    const made = pod(name);
    made.metadata.creationTimestamp = '2026-01-02T03:04:05Z';
    store.create(pods, made);
    return podWhen(store, name, isReady);
  };
  expect(state(await created('old'))?.running?.startedAt).toBe('2026-01-02T03:04:05Z');
  expect(store.list({ group: '', resource: 'events' }, 'ns')).toEqual([]);
  seeding = false;
  expect(state(await created('young'))?.running?.startedAt).not.toBe('2026-01-02T03:04:05Z');
  expect(store.list({ group: '', resource: 'events' }, 'ns')).toHaveLength(4);
});

test('the node is registered, with the images that it has run', async () => {
  const { store, node } = replica({ 'server:1': server });
  await using _ = node;
  store.create(pods, pod('a'));
  await podWhen(store, 'a', isReady);
  const [registered] = store.list({ group: '', resource: 'nodes' });
  expect(registered?.status).toMatchObject({
    images: [{ names: [expect.stringContaining('server@sha256:'), 'server:1'] }],
  });
});

test('the state behind a claim outlives the pod, and any other does not', async () => {
  const counts: unknown[][] = [];
  const counting: Program = {
    run: async (context) => {
      const [kept, lost] = [context.volume('/data'), context.volume('/tmp')];
      for (const volume of [kept, lost]) volume.set('n', Number(volume.get('n') ?? 0) + 1);
      counts.push([kept.get('n'), lost.get('n')]);
      return stopped(context).then(() => 0);
    },
  };
  const { store, node } = replica({ 'server:1': counting });
  await using _ = node;
  store.create(
    { group: '', resource: 'persistentvolumeclaims' },
    { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'c', namespace: 'ns' } },
  );
  const withClaim = (name: string) =>
    pod(
      name,
      { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'c' } }] },
      { volumeMounts: [{ name: 'd', mountPath: '/data' }] },
    );
  store.create(pods, withClaim('a'));
  await podWhen(store, 'a', isReady);
  store.delete(pods, 'ns', 'a', { gracePeriodSeconds: 0 });
  store.create(pods, withClaim('b'));
  await podWhen(store, 'b', isReady);
  expect(counts).toEqual([
    [1, 1],
    [2, 1],
  ]);
});

test('a command runs beside the program, and one that is missing is said so', async () => {
  const { store, node } = replica({
    'server:1': {
      ...server,
      commands: {
        echo: async (argv, io) => {
          io.stdout.write(argv.slice(1).join(' '));
          return 7;
        },
      },
    },
  });
  await using _ = node;
  store.create(pods, pod('a'));
  await podWhen(store, 'a', isReady);
  const io = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough(), tty: false };
  expect(await node.exec(main('a'), ['/bin/echo', 'x', 'y'], io, never)).toBe(7);
  expect(String(io.stdout.read())).toBe('x y');
  await expect(node.exec(main('a'), ['nope'], io, never)).rejects.toThrow(
    'exec: "nope": executable file not found in $PATH',
  );
});
