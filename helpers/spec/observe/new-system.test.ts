import { afterEach, beforeEach, expect, test } from 'vitest';
import { ownedBy, ScriptedCluster } from '../../cluster/testing/scripted-cluster.ts';
import { migration } from '../../judge/testing/samples.ts';
import type { Target } from '../../target/target.ts';
import type { Connections } from '../connections.ts';
import { newSystemObservations } from './new-system.ts';

const now = new Date('2026-11-24T03:00:00Z');
const before = '2026-11-23T12:00:00Z';

let cluster: ScriptedCluster;
beforeEach(async () => {
  cluster = await ScriptedCluster.start();
});
afterEach(() => cluster[Symbol.asyncDispose]());

/** What is observed of the scripted cluster; nothing else is connected to. */
function observe() {
  const target = { kube: cluster.kube } as unknown as Target;
  return newSystemObservations(migration, { target: async () => target } as unknown as Connections);
}

/** A workload as migration.yaml names it, its pods as given. */
function deploy(namespace: string, name: string, containerStatuses: object[] | undefined): void {
  const uid = `${namespace}-${name}`;
  const metadata = { name, namespace, uid, creationTimestamp: before };
  const kind = namespace === 'redpanda-v2' ? 'statefulsets' : 'deployments';
  cluster.objects[kind] = [...(cluster.objects[kind] ?? []), { metadata, spec: { replicas: 1 } }];
  if (containerStatuses === undefined) return;
  const pod = {
    metadata: { ...metadata, ...ownedBy('ReplicaSet', uid), name: `${uid}-pod`, uid: `${uid}-pod` },
    spec: { containers: [{ name: 'main' }] },
    status: { phase: 'Running', containerStatuses },
  };
  cluster.objects.pods = [...(cluster.objects.pods ?? []), pod];
  cluster.logs.set(`${uid}-pod/main`, [[before, 'level=info msg=started']]);
}

const running = [{ name: 'main', ready: true, restartCount: 0, state: { running: { startedAt: before } } }];
const never = [{ name: 'main', ready: false, restartCount: 0, state: { waiting: { reason: 'ImagePullBackOff' } } }];

test.each([
  ['scaled to 0', undefined],
  ['whose container never ran', never],
])('a workload %s has no log, and that is said: the others’ are not all there is', async (_, statuses) => {
  const [first, ...others] = migration.new.workloads;
  for (const { namespace, name } of others) deploy(namespace, name, running);
  deploy(first?.namespace ?? '', first?.name ?? '', statuses);
  const { seen, unseen } = await observe().logs(3600, now);
  expect(seen).toHaveLength(others.length);
  expect(unseen).toEqual([
    {
      subject: `logs of ${first?.namespace}/${first?.name}`,
      message:
        'no container of it has run since 2026-11-24T02:00:00.000Z: what it may have printed before its pods went is gone',
      hint: expect.stringContaining('P1.workloads'),
    },
  ]);
});

test('every workload’s log is read', async () => {
  for (const { namespace, name } of migration.new.workloads) deploy(namespace, name, running);
  const { seen, unseen } = await observe().logs(3600, now);
  expect(unseen).toEqual([]);
  expect(seen).toHaveLength(migration.new.workloads.length);
});
