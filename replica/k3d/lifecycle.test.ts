import { existsSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Interrupted } from '../../cli/interruption.ts';
import { recordClusterReplica, recordedClusterReplica } from '../home.ts';
import { createCluster, deleteCluster, type K3dOptions } from './lifecycle.ts';
import { type StandIns, standIns } from './testing/stand-ins.ts';

const list = 'k3d cluster list -o json';
const create = expect.stringMatching(/^k3d cluster create --config .*\/k3d\.yaml$/);
const kubeconfig = 'k3d kubeconfig get telemetry-replica';
const remove = 'k3d cluster delete telemetry-replica';
const daemon = 'docker version --format {{.Server.Version}}';

let programs: StandIns;
let steps: string[];

beforeEach(async () => {
  programs = await standIns('docker', 'k3d');
  steps = [];
});
afterEach(() => programs[Symbol.asyncDispose]());

function options(env: NodeJS.ProcessEnv = {}, more: Partial<K3dOptions> = {}): K3dOptions {
  return {
    progress: (step) => steps.push(step),
    signal: new AbortController().signal,
    home: programs.folder,
    surroundings: programs.surroundings(env),
    ...more,
  };
}

/** Rewrites what the stand-in remembers of its cluster. */
async function change(edit: (text: string) => string): Promise<void> {
  const file = join(programs.folder, 'cluster.json');
  await writeFile(file, edit(await readFile(file, 'utf8')));
}

const stands = () => existsSync(join(programs.folder, 'cluster.json'));

describe('a cluster', () => {
  test('is created, and its kubeconfig written for its owner alone', async () => {
    const path = await createCluster(options());
    expect(await programs.calls()).toEqual([daemon, list, create, kubeconfig]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const config = new KubeConfig();
    config.loadFromFile(path);
    expect(config.getCurrentCluster()?.server).toBe('https://localhost:6550');
    expect(steps).toContain("k3d: Cluster 'telemetry-replica' created successfully!");
  });

  test('that stands is taken as it is', async () => {
    const first = await createCluster(options());
    expect(await createCluster(options())).toBe(first);
    expect((await programs.calls()).slice(4)).toEqual([daemon, list, kubeconfig]);
  });

  test('that was stopped is started', async () => {
    await createCluster(options());
    await change((text) => text.replace('"running":true', '"running":false'));
    await createCluster(options());
    expect((await programs.calls()).slice(4)).toEqual([
      daemon,
      list,
      'k3d cluster start telemetry-replica',
      kubeconfig,
    ]);
  });

  test('of the same name that somebody else made is neither taken nor deleted', async () => {
    await createCluster(options());
    await change((text) => text.replace('telemetry-migration-verify=replica', 'somebody=else'));
    const refused = { name: 'UsageError', message: expect.stringContaining('was not made here') };
    await expect(createCluster(options())).rejects.toMatchObject(refused);
    await expect(deleteCluster(options())).rejects.toMatchObject(refused);
    expect(stands()).toBe(true);
  });

  test('is deleted once', async () => {
    await createCluster(options());
    expect(await deleteCluster(options())).toBe(true);
    expect(await deleteCluster(options())).toBe(false);
    expect((await programs.calls()).slice(4)).toEqual([daemon, list, remove, daemon, list]);
  });

  test('takes along what is known of the replica in it', async () => {
    const path = await createCluster(options());
    const home = join(programs.folder, 'cluster');
    const record = { kind: 'k3d', url: 'https://localhost:6550', kubeconfig: join(home, 'kubeconfig') } as const;
    const startedAt = new Date().toISOString();
    await recordClusterReplica({ ...record, state: 'before-phase5', timeScale: 30, standIns: [], startedAt }, home);
    await deleteCluster(options());
    expect([existsSync(path), await recordedClusterReplica(home)]).toEqual([false, undefined]);
  });
});

describe('a creation', () => {
  test('that fails leaves nothing, and says what k3d said', async () => {
    await expect(createCluster(options({ STANDIN_K3D: 'fails' }))).rejects.toThrow(
      /^k3d cluster create --config \S+ failed: Cluster creation FAILED, all changes have been rolled back!$/,
    );
    expect(steps.join('\n')).toContain('port is already allocated');
    expect((await programs.calls()).at(-1)).toBe(remove);
    expect(stands()).toBe(false);
  });

  test('that is interrupted leaves nothing', async () => {
    const interrupt = new AbortController();
    const begun = Promise.withResolvers<void>();
    const creating = createCluster(
      options(
        { STANDIN_K3D: 'slow' },
        {
          signal: interrupt.signal,
          progress: (step) => {
            if (step.includes('Creating node')) begun.resolve();
          },
        },
      ),
    );
    await Promise.race([begun.promise, creating]);
    interrupt.abort(new Interrupted('SIGINT', 'no cluster was made'));
    await expect(creating).rejects.toBeInstanceOf(Interrupted);
    expect((await programs.calls()).at(-1)).toBe(remove);
    expect(stands()).toBe(false);
  });
});

describe('what is missing is said in one line, with the command that mends it', () => {
  test.each([
    ['linux', 'docker is not installed: curl -fsSL https://get.docker.com | sh'],
    ['darwin', 'docker is not installed: brew install --cask docker-desktop'],
    ['win32', 'docker is not installed: winget install Docker.DockerDesktop'],
  ] as const)('docker, on %s', async (platform, message) => {
    await using none = await standIns();
    const surroundings = { ...none.surroundings(), platform };
    await expect(createCluster(options({}, { surroundings }))).rejects.toMatchObject({ name: 'UsageError', message });
  });

  test.each([
    ['linux', /^k3d is not installed: curl \S+ \S+\/install\.sh \| TAG=v5\.\d+\.\d+ bash$/],
    ['darwin', /^k3d is not installed: brew install k3d$/],
    ['win32', /^k3d is not installed: winget install k3d\.k3d$/],
  ] as const)('k3d, on %s', async (platform, message) => {
    await using dockerAlone = await standIns('docker');
    const surroundings = { ...dockerAlone.surroundings(), platform };
    await expect(deleteCluster(options({}, { surroundings }))).rejects.toMatchObject({
      name: 'UsageError',
      message: expect.stringMatching(message),
    });
  });

  test('a daemon that does not answer', async () => {
    await expect(createCluster(options({ STANDIN_DOCKER: 'down' }))).rejects.toMatchObject({
      name: 'UsageError',
      message:
        "docker's daemon does not answer (Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?): sudo systemctl start docker",
    });
    expect(await programs.calls()).toEqual([daemon]);
  });
});
