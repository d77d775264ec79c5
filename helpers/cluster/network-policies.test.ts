import { afterEach, beforeEach, expect, test } from 'vitest';
import { observeNetworkPolicies } from './network-policies.ts';
import { ScriptedCluster } from './testing/scripted-cluster.ts';

let cluster: ScriptedCluster;
beforeEach(async () => {
  cluster = await ScriptedCluster.start();
  cluster.objects.pods = [
    { metadata: { name: 'sink', namespace: 'timescaledb', labels: { app: 'redpanda-connect' } } },
    { metadata: { name: 'database', namespace: 'timescaledb', labels: { app: 'timescaledb', tier: 'data' } } },
  ];
});
afterEach(() => cluster[Symbol.asyncDispose]());

async function look(spec: object) {
  cluster.objects.networkpolicies = [{ metadata: { name: 'policy', namespace: 'timescaledb' }, spec }];
  const [state] = await observeNetworkPolicies({ kube: cluster.kube }, 'timescaledb');
  return state;
}

test.each<[string, object, string[]]>([
  ['without a term selects every pod', {}, ['sink', 'database']],
  ['by a label', { matchLabels: { app: 'redpanda-connect' } }, ['sink']],
  [
    'by a list of values',
    { matchExpressions: [{ key: 'app', operator: 'In', values: ['timescaledb', 'x'] }] },
    ['database'],
  ],
  ['by what a value is not', { matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['data'] }] }, ['sink']],
  ['by a label that is there', { matchExpressions: [{ key: 'tier', operator: 'Exists' }] }, ['database']],
  ['by one that is not', { matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] }, ['sink']],
  [
    'by all of its terms',
    { matchLabels: { app: 'timescaledb' }, matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] },
    [],
  ],
])('a selector %s', async (_, podSelector, pods) => {
  expect((await look({ podSelector }))?.pods).toEqual(pods);
});

test.each<[string, object, object]>([
  ['says nothing of directions is about ingress', {}, { ingressRules: 0 }],
  ['has egress rules is about egress too', { egress: [{}], ingress: [{}, {}] }, { ingressRules: 2, egressRules: 1 }],
  ['denies what goes out has no rule for it', { policyTypes: ['Egress'] }, { egressRules: 0 }],
])('a policy that %s', async (_, spec, directions) => {
  expect(await look({ podSelector: {}, ...spec })).toEqual({
    namespace: 'timescaledb',
    name: 'policy',
    pods: ['sink', 'database'],
    ...directions,
  });
});
