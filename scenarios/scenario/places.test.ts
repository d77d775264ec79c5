import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPlace } from './places.ts';
import { Steps } from './steps.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'places-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** The place behind a kubeconfig whose admin's context is called so. */
async function given(context: string) {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: context, server: 'https://127.0.0.1:1', skipTLSVerify: false },
    { name: context },
  );
  config.contexts = [{ name: context, cluster: context, user: context }];
  config.setCurrentContext(context);
  const kubeconfig = join(home, context);
  await writeFile(kubeconfig, config.exportConfig());
  const of = { name: 'a', state: 'before-phase5', config: 'migration.yaml', steps: new Steps(() => {}) } as const;
  await using scope = new AsyncDisposableStack();
  return openPlace({ ...of, kubeconfig, signal: new AbortController().signal }, 30, scope);
}

test('an embedded replica that was given is nobody’s own', async () => {
  expect(await given('embedded')).toMatchObject({ kind: 'embedded', isOwn: false });
});

test('one on a real cluster cannot be put back as it was: it is not played on', async () => {
  await expect(given('scratch')).rejects.toThrow(/not that of an embedded replica.*--on KUBECONFIG/);
});
