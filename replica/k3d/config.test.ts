import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { configPath, readClusterConfig } from './config.ts';
import { simpleConfig } from './testing/config-schema.ts';

/** k3d itself is not asked: the file is held to what its documentation says of it. */
describe('k3d.yaml', () => {
  let text: string;
  beforeAll(async () => {
    text = await readFile(configPath, 'utf8');
  });

  const problems = (yaml: string) =>
    simpleConfig.safeParse(parse(yaml)).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

  test('is a configuration that k3d reads', () => {
    expect(problems(text)).toBeUndefined();
  });

  test('pins its k3s', () => {
    expect(simpleConfig.parse(parse(text)).image).toMatch(/^rancher\/k3s:v\d+\.\d+\.\d+-k3s\d+$/);
  });

  test('publishes nothing beyond this machine', () => {
    const { kubeAPI, ports = [], registries } = simpleConfig.parse(parse(text));
    expect([kubeAPI?.hostIP, registries?.create?.host]).toEqual(['127.0.0.1', '127.0.0.1']);
    for (const { port } of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  test('leaves the kubeconfig of its operator alone', () => {
    const { options } = simpleConfig.parse(parse(text));
    expect(options?.kubeconfig).toEqual({ updateDefaultKubeconfig: false, switchCurrentContext: false });
  });

  test('has a name and a mark', async () => {
    expect(await readClusterConfig()).toEqual({
      name: 'telemetry-replica',
      mark: { key: 'telemetry-migration-verify', value: 'replica' },
    });
  });

  test.each<[string, (config: Record<string, unknown>) => void, string]>([
    ['a member of an older version', (config) => Object.assign(config, { name: 'x' }), 'Unrecognized key: "name"'],
    ['another version', (config) => Object.assign(config, { apiVersion: 'k3d.io/v1alpha4' }), 'apiVersion: '],
    ['no server', (config) => Object.assign(config, { servers: 0 }), 'servers: '],
    ['a port that is a number', (config) => Object.assign(config, { kubeAPI: { hostPort: 6550 } }), 'kubeAPI.hostPort'],
    [
      'a flag under a name of the command line',
      (config) => Object.assign(config, { options: { k3d: { noRollback: true } } }),
      'options.k3d: Unrecognized key: "noRollback"',
    ],
    [
      'a node filter of k3d 4',
      (config) => Object.assign(config, { ports: [{ port: '8080:80', nodeFilters: ['server[0]'] }] }),
      'ports.0.nodeFilters.0',
    ],
    [
      'a wait in no unit',
      (config) => Object.assign(config, { options: { k3d: { timeout: '60' } } }),
      'options.k3d.timeout',
    ],
  ])('would not be one with %s', (_, edit, words) => {
    const config = parse(text);
    edit(config);
    expect(problems(stringify(config))).toEqual([expect.stringContaining(words)]);
  });
});
