import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fluxControllers, fluxPrograms } from '../../replica/embedded/flux/controllers.ts';
import { branch, commitChange, filesOf, headOf, prepareRepository } from '../../replica/embedded/flux/repository.ts';
import type { Subject } from '../suite.ts';
import type { FluxSystem } from '../systems.ts';
import { openClusterDouble } from './cluster.ts';

const url = 'http://git.flux-system.svc.cluster.local/flux-system.git';

/** The replica's small Flux over a repository of its own. */
export function fluxDouble(): Subject<FluxSystem> {
  return { name: 'the replica', how: 'double', open };
}

async function open(): Promise<FluxSystem> {
  const home = await mkdtemp(join(tmpdir(), 'contract-flux-'));
  const gitdir = join(home, 'gitops.git');
  await prepareRepository(gitdir, [{ message: 'first', files: new Map([['README.md', 'nothing yet\n']]) }], home);
  const system = await openClusterDouble(async (store) => {
    const programs = fluxPrograms({ store, gitdir, url, live: Promise.resolve() });
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'flux-system' } };
    return { programFor: programs, objects: [namespace, ...fluxControllers()] };
  });
  return {
    ...system,
    url,
    branch,
    push: async (files) => {
      const before = await filesOf(gitdir, await headOf(gitdir, branch));
      const removed = [...before.keys()].map((path) => [path, undefined] as const);
      return commitChange(gitdir, 'contract', new Map<string, string | undefined>([...removed, ...files]));
    },
    [Symbol.asyncDispose]: async () => {
      await system[Symbol.asyncDispose]();
      await rm(home, { recursive: true, force: true });
    },
  };
}
