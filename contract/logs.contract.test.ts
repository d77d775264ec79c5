import { type KubernetesObject, KubernetesObjectApi, type V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { logEntry } from '../helpers/cluster/logs/entry.ts';
import { kubeletLine } from '../helpers/cluster/logs/kubelet-line.ts';
import { type LogQuery, ReadOnlyKube } from '../helpers/target/kube.ts';
import { eventually, notYet, seen } from '../helpers/wait.ts';
import { raw } from '../replica/embedded/kubernetes/testing/api.ts';
import { container, lastLine, noSuchImage, spokenLines } from './containers.ts';
import { clusterSubjects } from './kubernetes-subjects.ts';
import { contract } from './suite.ts';

/** What a container runtime keeps of a line in one piece. */
const pieceBytes = 16 * 1024;

/** A kubelet restarts what has crashed after 10 s, and says so when it looks again. */
const restartWithinSeconds = 60;

contract('Logs of containers', clusterSubjects, (system) => {
  let kube: ReadOnlyKube;
  let objects: KubernetesObjectApi;

  beforeAll(async () => {
    kube = new ReadOnlyKube(system().admin, { deadlineSeconds: 10 });
    objects = KubernetesObjectApi.makeApiClient(system().admin);
    const speaker = container('speaker');
    await Promise.all([
      create('speaker', [speaker]),
      create('crasher', [container('crasher')]),
      create('imageless', [container('speaker', { image: noSuchImage })]),
      create('pair', [container('succeeds', { name: 'left' }), container('succeeds', { name: 'right' })], 'Never'),
    ]);
    await podWhen('speaker', (pod) => pod.status?.phase === 'Running');
    await eventually(
      async () => {
        const { length } = await lines({ pod: 'speaker' });
        return length === spokenLines.length ? seen(length) : notYet(`${length} lines`);
      },
      { for: 'all that the speaker says', within: 20, every: 0.2 },
    );
  }, 60_000);
  afterAll(() => kube.close());

  async function create(name: string, containers: readonly object[], restartPolicy = 'Always'): Promise<void> {
    const metadata = { name, namespace: system().namespace };
    const spec = { terminationGracePeriodSeconds: 5, restartPolicy, containers };
    await objects.create({ apiVersion: 'v1', kind: 'Pod', metadata, spec } as unknown as KubernetesObject);
  }

  const podWhen = (name: string, holds: (pod: V1Pod) => boolean, within = 30): Promise<V1Pod> =>
    eventually(
      async () => {
        const pod = await kube.core.readNamespacedPod({ namespace: system().namespace, name });
        return holds(pod) ? seen(pod) : notYet(JSON.stringify(pod.status));
      },
      { for: `pod ${name}`, within, every: 0.2 },
    );

  async function lines(query: Partial<LogQuery> & { readonly pod: string }): Promise<string[]> {
    const read: string[] = [];
    const where = { namespace: system().namespace, container: 'main' };
    for await (const line of kube.log({ ...where, ...query })) read.push(line);
    return read;
  }

  const answer = (pod: string, query = '') =>
    raw(system().admin, 'GET', `/api/v1/namespaces/${system().namespace}/pods/${pod}/log?${query}`);

  /** Each line's own time, as the API stamps it. */
  const times = async () => (await lines({ pod: 'speaker', timestamps: true })).map((line) => line.split(' ')[0] ?? '');

  describe('a log', () => {
    test('is what was printed, line by line, whatever it holds', async () => {
      const { status, type, body } = await answer('speaker');
      expect({ status, type }).toEqual({ status: 200, type: 'text/plain' });
      expect(body).toBe(spokenLines.map((line) => `${line}\n`).join(''));
    });

    test('has the levels that its program gave', async () => {
      const entries = (await lines({ pod: 'speaker', timestamps: true })).map((line) => {
        const stamped = kubeletLine(line);
        return stamped && logEntry(stamped).level;
      });
      expect(entries).toEqual(['debug', 'info', 'warn', 'error', 'fatal', 'unknown', 'unknown', 'info']);
    });

    test('may be asked for with the time of each line, which never goes back', async () => {
      const stamps = await times();
      for (const stamp of stamps) expect(stamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/);
      const ms = stamps.map((stamp) => Date.parse(stamp));
      expect(ms).toEqual(ms.toSorted((left, right) => left - right));
    });
  });

  describe('a part of it', () => {
    test('is its last lines, of which a long one counts by its pieces', async () => {
      const long = spokenLines.at(-1) ?? '';
      expect(long.length).toBeGreaterThan(pieceBytes);
      expect(await lines({ pod: 'speaker', tailLines: 4 })).toEqual(spokenLines.slice(-3));
      expect(await lines({ pod: 'speaker', tailLines: 1 })).toEqual([long.slice(pieceBytes)]);
      expect(await lines({ pod: 'speaker', tailLines: 0 })).toEqual([]);
    });

    test('is what came since a time, lines of that time included', async () => {
      const last = new Date((await times()).at(-1) ?? '');
      expect((await lines({ pod: 'speaker', sinceTime: last })).at(-1)).toBe(spokenLines.at(-1));
      expect(await lines({ pod: 'speaker', sinceTime: new Date(last.getTime() + 1_000) })).toEqual([]);
      expect(await lines({ pod: 'speaker', sinceTime: new Date(0) })).toHaveLength(spokenLines.length);
    });

    test('is what came within so many seconds', async () => {
      const { body } = await answer('speaker', 'sinceSeconds=3600');
      expect(body.split('\n')).toHaveLength(spokenLines.length + 1);
    });

    test('is its first bytes', async () => {
      const [first] = spokenLines;
      expect((await answer('speaker', `limitBytes=${first.length + 1}`)).body).toBe(`${first}\n`);
    });
  });

  test(
    'of the run before is there once a container has been restarted',
    async () => {
      // Between two crashes a kubelet may have removed the run that the status still calls the last.
      await podWhen(
        'crasher',
        ({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CrashLoopBackOff',
        restartWithinSeconds,
      );
      expect(await lines({ pod: 'crasher', previous: true })).toEqual(['level=error msg="no way on"']);
    },
    restartWithinSeconds * 1000,
  );

  test('of one container of several is asked for by name', async () => {
    await podWhen('pair', (pod) => pod.status?.phase === 'Succeeded');
    expect(await lines({ pod: 'pair', container: 'right' })).toEqual(['level=info msg=done']);
  });

  describe('is refused', () => {
    test.each([
      ['speaker', 'previous=true', 400, 'previous terminated container "main" in pod "speaker" not found'],
      ['speaker', 'container=other', 400, 'container other is not valid for pod speaker'],
      ['pair', '', 400, 'a container name must be specified for pod pair, choose one of: [left right]'],
      ['nobody', '', 404, 'pods "nobody" not found'],
      ['speaker', 'tailLines=-1', 422, 'tailLines: Invalid value: -1: must be greater than or equal to 0'],
      ['speaker', 'sinceSeconds=0', 422, 'sinceSeconds: Invalid value: 0: must be greater than 0'],
      ['speaker', 'limitBytes=0', 422, 'limitBytes: Invalid value: 0: must be greater than 0'],
      ['speaker', 'sinceSeconds=1&sinceTime=2026-01-01T00:00:00Z', 422, 'at most one of `sinceTime` or `sinceSeconds`'],
    ])('of %s, by %s, with %i: %s', async (pod, query, status, words) => {
      const { json, status: got } = await answer(pod, query);
      expect({ status: got, message: json.message }).toEqual({ status, message: expect.stringContaining(words) });
    });

    test('while the container waits for its image', async () => {
      await podWhen('imageless', ({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason !== undefined);
      const { json, status } = await answer('imageless');
      expect({ status, message: json.message }).toEqual({
        status: 400,
        message: expect.stringMatching(/^container "main" in pod "imageless" is waiting to start: /),
      });
    });
  });

  test('that is followed goes on until its container ends', async () => {
    await create('leaving', [container('speaker')]);
    await podWhen('leaving', (pod) => pod.status?.phase === 'Running');
    const first = Promise.withResolvers<void>();
    const read: string[] = [];
    const following = (async () => {
      const query = { namespace: system().namespace, pod: 'leaving', container: 'main', follow: true };
      for await (const line of kube.log(query)) if (read.push(line) === spokenLines.length) first.resolve();
    })();
    await Promise.race([first.promise, following]);
    await raw(system().admin, 'DELETE', `/api/v1/namespaces/${system().namespace}/pods/leaving`);
    await following;
    expect(read).toEqual([...spokenLines, lastLine]);
  });
});
