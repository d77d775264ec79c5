import { expect, test } from 'vitest';
import { apiRequest, describeRequest, missingRule } from './request.ts';

test.each([
  ['/api/v1/namespaces/x/pods', 'list pods in namespace x'],
  ['/api/v1/namespaces/x/pods/p', 'get pods p in namespace x'],
  ['/api/v1/namespaces/x/pods/p/log?container=c', 'get pods/log p in namespace x'],
  ['/api/v1/namespaces/x/pods/p/portforward?ports=1', 'get pods/portforward p in namespace x'],
  ['/api/v1/pods?watch=true', 'watch pods'],
  ['/api/v1/namespaces', 'list namespaces'],
  ['/api/v1/namespaces/x', 'get namespaces x'],
  ['/apis/apps/v1/namespaces/x/deployments', 'list deployments.apps in namespace x'],
  [
    '/apis/discovery.k8s.io/v1/namespaces/x/endpointslices?labelSelector=a',
    'list endpointslices.discovery.k8s.io in namespace x',
  ],
  ['/apis/authentication.k8s.io/v1/selfsubjectreviews', 'create selfsubjectreviews.authentication.k8s.io'],
  ['/version', 'get /version'],
  ['/readyz', 'get /readyz'],
])('%s is %s', (path, words) => {
  expect(describeRequest(apiRequest(new URL(`https://x${path}`)))).toBe(words);
});

test('the rule that is missing says where it belongs', () => {
  const rule = (path: string) => missingRule(apiRequest(new URL(`https://x${path}`)));
  expect(rule('/apis/apps/v1/namespaces/x/deployments/d')).toBe(
    'grant it in a Role in namespace x: {apiGroups: ["apps"], resources: ["deployments"], verbs: ["get"]}',
  );
  expect(rule('/api/v1/nodes')).toMatch(/^grant it in a ClusterRole: /);
});
