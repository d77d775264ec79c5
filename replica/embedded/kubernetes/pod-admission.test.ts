import type { V1PodSpec } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import type { KubeObject } from './object.ts';
import { admitPod } from './pod-admission.ts';

function admitted(spec: object, hasRootCa = true): V1PodSpec {
  const given = { containers: [{ name: 'main', image: 'main:1' }], ...spec };
  const pod: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: given };
  admitPod(pod, { hasRootCa });
  return pod.spec as unknown as V1PodSpec;
}

test('a pod that says nothing of its account is given the default one, mounted in every container', () => {
  const spec = admitted({ initContainers: [{ name: 'first' }] });
  expect(spec).toMatchObject({ serviceAccountName: 'default', serviceAccount: 'default', priority: 0 });
  const [volume] = spec.volumes ?? [];
  expect(volume?.name).toMatch(/^kube-api-access-[a-z0-9]{5}$/);
  const mount = { mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', name: volume?.name, readOnly: true };
  for (const { volumeMounts } of [...(spec.initContainers ?? []), ...spec.containers])
    expect(volumeMounts).toEqual([mount]);
});

test.each([
  ['where its namespace has no authority to trust', admitted({}, false)],
  ['where it does not want it', admitted({ automountServiceAccountToken: false })],
  [
    'where it mounts one of its own',
    admitted({
      containers: [
        { name: 'main', volumeMounts: [{ name: 'own', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }] },
      ],
    }),
  ],
])('no account is mounted %s', (_, { volumes }) => expect(volumes).toBeUndefined());

test('it bears a node that is away for five minutes, unless it says otherwise', () => {
  const key = 'node.kubernetes.io/not-ready';
  const own = { key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 };
  const away = {
    key: 'node.kubernetes.io/unreachable',
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: 300,
  };
  expect(admitted({}).tolerations).toEqual([{ ...own, tolerationSeconds: 300 }, away]);
  expect(admitted({ tolerations: [own] }).tolerations).toEqual([own, away]);
  expect(admitted({ tolerations: [{ operator: 'Exists' }] }).tolerations).toEqual([{ operator: 'Exists' }]);
});
