import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../object.ts';
import type { KubeStore } from '../store.ts';
import { configMap, deployment, podTemplate, put, refs, startCluster, when } from '../testing/cluster.ts';
import { conditionsOf, isTrue } from './conditions.ts';

const podNames = (store: KubeStore) => store.list(refs.pods, 'x').map(({ metadata }) => metadata.name);
function deploymentNamed(store: KubeStore, name: string): KubeObject {
  const object = store.get(refs.deployments, 'x', name);
  if (!object) throw new Error(`no Deployment ${name}`);
  return object;
}

const readyOf = (store: KubeStore, name: string) => store.get(refs.deployments, 'x', name)?.status?.readyReplicas;
const isReady = (pod: KubeObject) => isTrue(pod, 'Ready');

function imageOf(pod: KubeObject): string {
  const [first] = (pod.spec?.containers ?? []) as { image: string }[];
  return first?.image ?? '';
}

function isRolledOut(store: KubeStore, name: string): boolean {
  const { metadata, spec, status } = store.get(refs.deployments, 'x', name) ?? { metadata: undefined };
  const replicas = spec?.replicas;
  return (
    status?.observedGeneration === metadata?.generation &&
    status?.updatedReplicas === replicas &&
    status?.replicas === replicas &&
    status?.availableReplicas === replicas
  );
}

describe('Deployment', () => {
  test('comes up with all replicas ready, and says so', async () => {
    using cluster = startCluster();
    const { store } = cluster;
    put(store, deployment('web', { replicas: 3 }));
    await when(store, refs.deployments, () => isRolledOut(store, 'web'));
    expect(store.get(refs.deployments, 'x', 'web')?.status).toMatchObject({
      replicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      updatedReplicas: 3,
    });
    const reasons = conditionsOf(deploymentNamed(store, 'web')).map(({ type, reason }) => `${type} ${reason}`);
    expect(reasons.sort()).toEqual(['Available MinimumReplicasAvailable', 'Progressing NewReplicaSetAvailable']);
    for (const name of podNames(store)) expect(name).toMatch(/^web-[a-z0-9]+-[a-z0-9]{5}$/);
  });

  test('scaled to 0 it has no pod left, and is available', async () => {
    using cluster = startCluster();
    const { store } = cluster;
    put(store, deployment('web', { replicas: 2 }));
    await when(store, refs.deployments, () => isRolledOut(store, 'web'));
    store.change(refs.deployments, 'x', 'web', (object) => void Object.assign(object.spec ?? {}, { replicas: 0 }));
    await when(store, refs.deployments, () => store.get(refs.deployments, 'x', 'web')?.status?.replicas === undefined);
    expect(podNames(store)).toEqual([]);
    expect(isTrue(deploymentNamed(store, 'web'), 'Available')).toBe(true);
  });

  test('a rolling update never has fewer pods ready than it promises, nor more pods than it may', async () => {
    using cluster = startCluster();
    const { store } = cluster;
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
    put(store, deployment('web', { replicas: 3, strategy }));
    await when(store, refs.deployments, () => isRolledOut(store, 'web'));
    const seen: { ready: number; total: number }[] = [];
    using _ = store.watch(refs.pods, () => {
      const alive = store.list(refs.pods, 'x').filter(({ metadata }) => metadata.deletionTimestamp === undefined);
      seen.push({ ready: alive.filter(isReady).length, total: alive.length });
    });
    store.change(
      refs.deployments,
      'x',
      'web',
      (object) => void Object.assign(object.spec ?? {}, { template: podTemplate('web', 'image:2') }),
    );
    await when(
      store,
      refs.deployments,
      () => isRolledOut(store, 'web') && store.list(refs.pods, 'x').every((pod) => imageOf(pod) === 'image:2'),
    );
    expect(Math.min(...seen.map(({ ready }) => ready))).toBe(3);
    expect(Math.max(...seen.map(({ total }) => total))).toBe(4);
    expect(
      store
        .list(refs.replicaSets, 'x')
        .map(({ spec }) => spec?.replicas)
        .sort(),
    ).toEqual([0, 3]);
  });

  test('a new template that never gets ready leaves the old pods alone', async () => {
    using cluster = startCluster();
    const { store, kubelet } = cluster;
    put(store, deployment('web', { replicas: 2 }));
    await when(store, refs.deployments, () => isRolledOut(store, 'web'));
    kubelet.fate = (pod) => (imageOf(pod) === 'bad:1' ? 'Pending' : 'Running');
    store.change(
      refs.deployments,
      'x',
      'web',
      (object) => void Object.assign(object.spec ?? {}, { template: podTemplate('web', 'bad:1') }),
    );
    await when(store, refs.pods, () =>
      store.list(refs.pods, 'x').some((pod) => imageOf(pod) === 'bad:1' && pod.status?.podIP),
    );
    await when(
      store,
      refs.deployments,
      () => store.get(refs.deployments, 'x', 'web')?.status?.observedGeneration === 2,
    );
    expect(store.list(refs.pods, 'x').filter((pod) => isReady(pod) && imageOf(pod) === 'image:1')).toHaveLength(2);
    expect(store.get(refs.deployments, 'x', 'web')?.status).toMatchObject({ readyReplicas: 2, unavailableReplicas: 1 });
  });

  test('Recreate stops all old pods before it starts a new one', async () => {
    using cluster = startCluster();
    const { store } = cluster;
    put(store, deployment('db', { strategy: { type: 'Recreate' } }));
    await when(store, refs.deployments, () => isRolledOut(store, 'db'));
    let most = 0;
    using _ = store.watch(refs.pods, () => {
      most = Math.max(most, store.list(refs.pods, 'x').length);
    });
    store.change(
      refs.deployments,
      'x',
      'db',
      (object) => void Object.assign(object.spec ?? {}, { template: podTemplate('db', 'image:2') }),
    );
    await when(
      store,
      refs.deployments,
      () => isRolledOut(store, 'db') && store.list(refs.pods, 'x').some((pod) => imageOf(pod) === 'image:2'),
    );
    expect(most).toBe(1);
  });

  test('a template rolled back to takes its old ReplicaSet as the newest revision', async () => {
    using cluster = startCluster();
    const { store } = cluster;
    put(store, deployment('web'));
    const rolled = (image: string) =>
      when(
        store,
        refs.deployments,
        () => isRolledOut(store, 'web') && store.list(refs.pods, 'x').every((pod) => imageOf(pod) === image),
      );
    await rolled('image:1');
    for (const image of ['image:2', 'image:1']) {
      store.change(
        refs.deployments,
        'x',
        'web',
        (object) => void Object.assign(object.spec ?? {}, { template: podTemplate('web', image) }),
      );
      await rolled(image);
    }
    expect(store.list(refs.replicaSets, 'x')).toHaveLength(2);
    expect(store.get(refs.deployments, 'x', 'web')?.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe(
      '3',
    );
  });

  test('a pod that is deleted is replaced', async () => {
    using cluster = startCluster();
    const { store } = cluster;
    put(store, deployment('web'));
    await when(store, refs.deployments, () => isRolledOut(store, 'web'));
    const [before = ''] = podNames(store);
    store.delete(refs.pods, 'x', before);
    await when(store, refs.pods, () => podNames(store).length === 1 && podNames(store)[0] !== before);
    await when(store, refs.deployments, () => readyOf(store, 'web') === 1);
  });

  test('made while the clock stands in the past, it is as old as that', async () => {
    const past = '2026-01-01T00:00:00Z';
    using cluster = startCluster({ now: () => new Date(past) });
    const { store } = cluster;
    put(store, deployment('web'));
    await when(store, refs.deployments, () => isRolledOut(store, 'web'));
    for (const object of [...store.list(refs.pods, 'x'), ...store.list(refs.replicaSets, 'x')])
      expect(object.metadata.creationTimestamp).toBe(past);
    const conditions = conditionsOf(deploymentNamed(store, 'web'));
    expect(conditions.map(({ lastTransitionTime }) => lastTransitionTime)).toEqual([past, past]);
  });
});

describe('StatefulSet', () => {
  const set = (replicas: number): KubeObject => ({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db', namespace: 'x' },
    spec: {
      replicas,
      serviceName: 'db',
      selector: { matchLabels: { app: 'db' } },
      template: podTemplate('db'),
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      ],
    },
  });
  const ready = (store: KubeStore) => store.get(refs.statefulSets, 'x', 'db')?.status?.readyReplicas;

  test('makes its pods one after another, each with a bound claim, and takes the highest away first', async () => {
    using cluster = startCluster();
    const { store } = cluster;
    const order: string[] = [];
    using _ = store.watch(refs.pods, ({ type, object }) => {
      if (type === 'ADDED') order.push(`+${object.metadata.name}`);
      if (type === 'DELETED') order.push(`-${object.metadata.name}`);
    });
    put(store, set(3));
    await when(store, refs.statefulSets, () => ready(store) === 3);
    await when(
      store,
      refs.claims,
      () => store.list(refs.claims, 'x').filter(({ status }) => status?.phase === 'Bound').length === 3,
    );
    store.change(refs.statefulSets, 'x', 'db', (object) => void Object.assign(object.spec ?? {}, { replicas: 1 }));
    await when(store, refs.statefulSets, () => store.get(refs.statefulSets, 'x', 'db')?.status?.replicas === 1);
    expect(order).toEqual(['+db-0', '+db-1', '+db-2', '-db-2', '-db-1']);
    expect(store.list(refs.claims, 'x').map(({ metadata }) => metadata.name)).toEqual([
      'data-db-0',
      'data-db-1',
      'data-db-2',
    ]);
  });

  test('a new template replaces the pods from the highest down', async () => {
    using cluster = startCluster();
    const { store } = cluster;
    put(store, set(2));
    await when(store, refs.statefulSets, () => ready(store) === 2);
    const gone: string[] = [];
    using _ = store.watch(
      refs.pods,
      ({ type, object }) => void (type === 'DELETED' && gone.push(object.metadata.name)),
    );
    store.change(
      refs.statefulSets,
      'x',
      'db',
      (object) => void Object.assign(object.spec ?? {}, { template: podTemplate('db', 'image:2') }),
    );
    await when(
      store,
      refs.statefulSets,
      () => ready(store) === 2 && store.list(refs.pods, 'x').every((pod) => imageOf(pod) === 'image:2'),
    );
    expect(gone).toEqual(['db-1', 'db-0']);
  });

  test('a volume whose claim is deleted goes with it, once no pod uses it', async () => {
    using cluster = startCluster();
    const { store } = cluster;
    put(store, set(1));
    await when(store, refs.claims, () => store.get(refs.claims, 'x', 'data-db-0')?.status?.phase === 'Bound');
    store.delete(refs.claims, 'x', 'data-db-0');
    expect(store.get(refs.claims, 'x', 'data-db-0')?.metadata.deletionTimestamp).toBeDefined();
    store.delete(refs.statefulSets, 'x', 'db');
    await when(store, refs.volumes, () => store.list(refs.volumes).length === 0);
    expect(store.get(refs.claims, 'x', 'data-db-0')).toBeUndefined();
  });
});

describe('Job', () => {
  const job = (spec: Record<string, unknown> = {}): KubeObject => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'j', namespace: 'x' },
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'image:1' }] } }, ...spec },
  });
  const ended = (store: KubeStore, type: string) => {
    const object = store.get(refs.jobs, 'x', 'j');
    return object && isTrue(object, type) && object;
  };

  test('is complete when its pod has succeeded', async () => {
    using cluster = startCluster();
    cluster.kubelet.fate = () => 'Succeeded';
    put(cluster.store, job());
    const done = await when(cluster.store, refs.jobs, () => ended(cluster.store, 'Complete'));
    expect(done.status).toMatchObject({
      succeeded: 1,
      completionTime: expect.any(String),
      startTime: expect.any(String),
    });
    expect(done.status?.active).toBeUndefined();
  });

  test('has failed when more pods failed than its limit allows', async () => {
    using cluster = startCluster({ timeScale: 100_000 });
    cluster.kubelet.fate = () => 'Failed';
    put(cluster.store, job({ backoffLimit: 1 }));
    const done = await when(cluster.store, refs.jobs, () => ended(cluster.store, 'Failed'));
    expect(done.status).toMatchObject({
      failed: 2,
      conditions: expect.arrayContaining([expect.objectContaining({ type: 'Failed', reason: 'BackoffLimitExceeded' })]),
    });
  });

  test('goes when its time to live is over, its pod with it', async () => {
    using cluster = startCluster();
    cluster.kubelet.fate = () => 'Succeeded';
    put(cluster.store, job({ ttlSecondsAfterFinished: 0 }));
    await when(cluster.store, refs.jobs, () => ended(cluster.store, 'Complete'));
    await when(cluster.store, refs.jobs, () => cluster.store.list(refs.jobs, 'x').length === 0);
    expect(podNames(cluster.store)).toEqual([]);
  });

  test('a CronJob that is due makes one, named after its time', async () => {
    let time = new Date('2026-11-24T01:59:59.900Z');
    using cluster = startCluster({ now: () => time });
    const { template } = job().spec as { template: unknown };
    put(cluster.store, {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'c', namespace: 'x' },
      spec: { schedule: '0 2 * * *', jobTemplate: { spec: { template } } },
    });
    time = new Date('2026-11-24T02:00:01Z');
    const [made] = await when(
      cluster.store,
      refs.jobs,
      () => cluster.store.list(refs.jobs, 'x').length > 0 && cluster.store.list(refs.jobs, 'x'),
    );
    expect(made?.metadata.name).toBe(`c-${Date.parse('2026-11-24T02:00:00Z') / 60_000}`);
    await when(
      cluster.store,
      refs.cronJobs,
      () => cluster.store.get(refs.cronJobs, 'x', 'c')?.status?.lastScheduleTime === '2026-11-24T02:00:00Z',
    );
  });
});

describe('EndpointSlice', () => {
  const service: KubeObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'x' },
    spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 8080, targetPort: 'http' }] },
  };

  test('follows the readiness of the pods behind a Service, with the number of a named port', async () => {
    using cluster = startCluster();
    const { store, kubelet } = cluster;
    put(store, service, deployment('web'));
    const endpoints = () =>
      (store.list(refs.endpointSlices, 'x')[0]?.endpoints ?? []) as {
        conditions: { ready: boolean };
        targetRef: { name: string };
      }[];
    await when(store, refs.endpointSlices, () => endpoints()[0]?.conditions.ready === true);
    expect(store.list(refs.endpointSlices, 'x')[0]).toMatchObject({
      metadata: { labels: { 'kubernetes.io/service-name': 'web' } },
      ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
    });
    expect(endpoints()[0]?.targetRef.name).toBe(podNames(store)[0]);
    kubelet.fate = () => 'Pending';
    kubelet.touch('x', podNames(store)[0] ?? '');
    await when(store, refs.endpointSlices, () => endpoints()[0]?.conditions.ready === false);
    store.change(refs.deployments, 'x', 'web', (object) => void Object.assign(object.spec ?? {}, { replicas: 0 }));
    await when(store, refs.endpointSlices, () => endpoints().length === 0);
  });
});

describe('deletion', () => {
  test('what a deleted owner owned goes with it, what is orphaned stays', async () => {
    using cluster = startCluster();
    const { store } = cluster;
    put(store, deployment('a'), deployment('b'));
    await when(store, refs.deployments, () => isRolledOut(store, 'a') && isRolledOut(store, 'b'));
    store.delete(refs.deployments, 'x', 'a');
    store.delete(refs.deployments, 'x', 'b', { propagationPolicy: 'Orphan' });
    await when(store, refs.pods, () => podNames(store).length === 1);
    await when(store, refs.deployments, () => store.list(refs.deployments, 'x').length === 0);
    const [left] = store.list(refs.replicaSets, 'x');
    expect(left?.metadata.name).toMatch(/^b-/);
    expect(left?.metadata.ownerReferences).toBeUndefined();
  });

  test('in the foreground the owner goes last', async () => {
    using cluster = startCluster();
    const { store } = cluster;
    put(store, deployment('a'));
    await when(store, refs.deployments, () => isRolledOut(store, 'a'));
    const gone: string[] = [];
    using _pods = store.watch(refs.pods, ({ type }) => void (type === 'DELETED' && gone.push('pod')));
    using _sets = store.watch(refs.replicaSets, ({ type }) => void (type === 'DELETED' && gone.push('replicaset')));
    store.delete(refs.deployments, 'x', 'a', { propagationPolicy: 'Foreground' });
    await when(store, refs.deployments, () => store.list(refs.deployments, 'x').length === 0);
    expect(gone).toEqual(['pod', 'replicaset']);
  });

  test('a namespace takes everything in it with it', async () => {
    using cluster = startCluster();
    const { store } = cluster;
    put(store, deployment('a', { replicas: 2 }), configMap('c'));
    await when(store, refs.deployments, () => isRolledOut(store, 'a'));
    store.delete(refs.namespaces, undefined, 'x');
    await when(store, refs.namespaces, () => store.list(refs.namespaces).length === 0);
    expect([...store.list(refs.pods), ...store.list(refs.configMaps), ...store.list(refs.deployments)]).toEqual([]);
  });

  test('a namespace that something holds says what', async () => {
    using cluster = startCluster();
    const { store } = cluster;
    put(store, { ...configMap('c'), metadata: { name: 'c', namespace: 'x', finalizers: ['keep/me'] } });
    store.delete(refs.namespaces, undefined, 'x');
    const namespace = await when(store, refs.namespaces, () => {
      const object = store.get(refs.namespaces, undefined, 'x');
      return object && isTrue(object, 'NamespaceFinalizersRemaining') && object;
    });
    expect(JSON.stringify(namespace.status)).toContain(
      'Some content in the namespace has finalizers remaining: keep/me in 1 resource instances',
    );
    store.change(refs.configMaps, 'x', 'c', ({ metadata }) => void delete metadata.finalizers);
    await when(store, refs.namespaces, () => store.list(refs.namespaces).length === 0);
  });
});

test('a pod whose claim is not there waits for it', async () => {
  using cluster = startCluster();
  const { store } = cluster;
  const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'later' } }];
  put(store, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'x' },
    spec: { containers: [{ name: 'c', image: 'i:1' }], volumes },
  });
  const pod = () => store.get(refs.pods, 'x', 'p') as KubeObject;
  await when(store, refs.pods, () =>
    JSON.stringify(pod().status).includes('persistentvolumeclaim \\"later\\" not found'),
  );
  put(store, {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'later', namespace: 'x' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  });
  await when(store, refs.pods, () => isReady(pod()));
});
