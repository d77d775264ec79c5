import { once } from 'node:events';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadMigration } from '../../helpers/config/load.ts';
import { startTestApi } from '../../replica/embedded/kubernetes/testing/api.ts';
import { put } from '../../replica/embedded/kubernetes/testing/cluster.ts';
import { recordClusterReplica, recordReplica } from '../../replica/home.ts';
import { UsageError } from '../usage-error.ts';
import { chooseRunning, describeTarget } from './target.ts';

const migration = loadMigration('migration.yaml');
let homes: { embedded: string; cluster: string };

beforeEach(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'homes-'));
  homes = { embedded: directory, cluster: join(directory, 'cluster') };
});
afterEach(() => rm(homes.embedded, { recursive: true }));

const chosen = async (options = {}, of = migration) => (await chooseRunning(of, options, homes)).name;

const raised = {
  kind: 'scratch',
  state: 'before-phase5',
  timeScale: 30,
  standIns: [],
  startedAt: '2026-11-20T10:00:00Z',
  kubeconfig: '/nowhere',
  url: 'https://127.0.0.1:1',
} as const;

test('the default, when no replica runs', async () => {
  expect(await chosen()).toBe('embedded');
});

describe('while a replica is up on a cluster', () => {
  beforeEach(() => recordClusterReplica(raised, homes.cluster));

  test('it is judged, though its cluster may not answer', async () => {
    expect(await chosen()).toBe('scratch');
  });

  test('a target that is named is the one', async () => {
    expect(await chosen({ target: 'embedded' })).toBe('embedded');
  });

  test('a kubeconfig that is named is the default target’s', async () => {
    expect(await chosen({ kubeconfig: '/elsewhere' })).toBe('embedded');
  });

  test('a live target that is the default stays it', async () => {
    expect(await chosen({}, { ...migration, target: 'live' })).toBe('live');
  });

  test('a configuration without a target of its kind is a mistake', async () => {
    const { scratch: _, ...targets } = migration.targets;
    await expect(chosen({}, { ...migration, targets })).rejects.toThrow(UsageError);
  });

  test('an embedded one that runs comes first', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    try {
      await once(server, 'listening');
      const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const { state, startedAt, kubeconfig } = raised;
      await recordReplica({ pid: process.pid, state, startedAt, kubeconfig, url }, homes.embedded);
      expect(await chosen()).toBe('embedded');
    } finally {
      server.close();
    }
  });
});

describe('a live target', () => {
  const described = (kubeconfig: string) => {
    const config = { kind: 'live', timeScale: 1, kubeconfig } as const;
    return describeTarget({ name: 'home', config }, AbortSignal.timeout(10_000));
  };

  test('is no rehearsal, and one whose cluster says that it is a replica is', async () => {
    await using api = await startTestApi();
    expect(await described(api.kubeconfigFile)).toMatchObject({ kind: 'live', rehearsal: false });
    put(api.cluster.store, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system' } });
    put(api.cluster.store, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'telemetry-replica', namespace: 'kube-system' },
      data: { kind: 'scratch', standIns: 'kafka:1 for redpanda:2' },
    });
    expect(await described(api.kubeconfigFile)).toMatchObject({
      kind: 'live',
      rehearsal: true,
      standIns: ['kafka:1 for redpanda:2'],
    });
  });

  test('that does not answer is taken for what it is said to be', async () => {
    const api = await startTestApi();
    const path = `${homes.embedded}/kubeconfig`;
    await copyFile(api.kubeconfigFile, path);
    await api[Symbol.asyncDispose]();
    expect(await described(path)).toMatchObject({ rehearsal: false });
  });
});
