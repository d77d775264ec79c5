import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadKubeConfig, TargetConfigError } from './kubeconfig.ts';

const live = { kind: 'live', timeScale: 1 } as const;
const pod = { KUBERNETES_SERVICE_HOST: '10.43.0.1', KUBERNETES_SERVICE_PORT: '443' };

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'home-'));
  for (const [name, value] of Object.entries(pod)) vi.stubEnv(name, value);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

const server = (env: NodeJS.ProcessEnv) => loadKubeConfig(live, 'live', env).getCurrentCluster()?.server;

test('in a pod without a kubeconfig it is the pod’s own account, whose token is read anew when it is renewed', () => {
  const kubeConfig = loadKubeConfig(live, 'live', { HOME: home, ...pod });
  expect(kubeConfig.getCurrentCluster()?.server).toBe('https://10.43.0.1:443');
  expect(kubeConfig.getCurrentUser()?.authProvider).toMatchObject({ name: 'tokenFile' });
});

test('a kubeconfig that is there comes first', () => {
  mkdirSync(join(home, '.kube'));
  const text = JSON.stringify({
    clusters: [{ name: 'c', cluster: { server: 'https://homelab:6443' } }],
    users: [{ name: 'u', user: {} }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  });
  writeFileSync(join(home, '.kube/config'), text);
  expect(server({ HOME: home, ...pod })).toBe('https://homelab:6443');
});

test('outside of a pod a missing kubeconfig is told', () => {
  expect(() => server({ HOME: home })).toThrow(TargetConfigError);
});

test('a context that the pod’s account does not have is told', () => {
  expect(() => loadKubeConfig({ ...live, context: 'homelab' }, 'live', { HOME: home, ...pod })).toThrow(
    /no context "homelab"/,
  );
});
