import { expect, test } from 'vitest';
import { needs } from './needs.ts';
import { migration } from './testing/samples.ts';

const words = (env: NodeJS.ProcessEnv = {}) =>
  needs(migration, env).map(
    ({ verb, resource, group, name, namespace }) =>
      `${verb} ${resource}${group === '' ? '' : `.${group}`}${name === undefined ? '' : `/${name}`} in ${namespace}`,
  );

test('what verify needs follows from what migration.yaml names', () => {
  expect(words().filter((need) => need.endsWith('in timescaledb'))).toEqual([
    'list pods in timescaledb',
    'list deployments.apps in timescaledb',
    'list statefulsets.apps in timescaledb',
    'list replicasets.apps in timescaledb',
    'get pods/log in timescaledb',
    'list networkpolicies.networking.k8s.io in timescaledb',
    'get services in timescaledb',
    'list services in timescaledb',
    'list endpointslices.discovery.k8s.io in timescaledb',
    'get pods/portforward in timescaledb',
    'create pods/portforward in timescaledb',
    'get jobs.batch/timescaledb-migration in timescaledb',
    'list cronjobs.batch in timescaledb',
    'list jobs.batch in timescaledb',
    'get secrets/timescaledb-verifier in timescaledb',
    'list pods.metrics.k8s.io in timescaledb',
    'list persistentvolumeclaims in timescaledb',
  ]);
  expect(words()).toContain('get namespaces/kube-system in kube-system');
});

test('nothing is asked for twice', () => {
  expect(new Set(words()).size).toBe(words().length);
});

test('no verb writes, but for create of a port-forward', () => {
  const verbs = new Set(words().map((need) => need.replace(/^create pods\/portforward .*/, 'tunnel').split(' ')[0]));
  expect(verbs).toEqual(new Set(['get', 'list', 'tunnel']));
});

test('a namespace without a Service or database of the plan needs no tunnel, no log and no Secret but those it needs', () => {
  const resources = words().filter((need) => need.endsWith('in mqtt-input'));
  expect(resources.join('\n')).not.toMatch(/portforward|pods\/log|services|[^n]jobs/);
  expect(resources.filter((need) => need.includes('secrets'))).toEqual(['get secrets/mqtt-credentials in mqtt-input']);
});

test('a Secret is not needed where the environment holds the credentials, both of them', () => {
  const secret = 'get secrets/mosquitto-verifier in mosquitto';
  expect(words({ VERIFY_MQTT_USERNAME: 'u', VERIFY_MQTT_PASSWORD: 'p' })).not.toContain(secret);
  expect(words({ VERIFY_MQTT_USERNAME: 'u' })).toContain(secret);
});
