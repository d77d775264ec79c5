import { observeClaims } from '../../cluster/claims.ts';
import type { ClaimState } from '../../cluster/observed.ts';
import type { Migration } from '../../config/schema.ts';
import { observeFlux } from '../../gitops/flux.ts';
import { gitState } from '../../gitops/git-state.ts';
import type { FluxState, GitState, OwnedWorkload } from '../../gitops/observed.ts';
import { observeOwned } from '../../gitops/owned.ts';
import { readTree } from '../../gitops/tree.ts';
import type { Sightings } from '../../judge/verdict.ts';
import { Unobservable } from '../../unobservable.ts';
import type { Connections } from '../connections.ts';
import { sight } from '../sightings.ts';

/** What can be observed of GitOps, by what migration.yaml names. What could not be seen is in `unseen`. */
export interface GitopsObservations {
  /** One state, or none. */
  flux(): Promise<Sightings<FluxState>>;
  /** What Git defines at the revision that Flux holds; none where there is no Flux. */
  git(): Promise<Sightings<GitState>>;
  /** The workloads of both systems' namespaces with who applies each. */
  owned(): Promise<Sightings<OwnedWorkload>>;
  /** The volumes of the namespaces that hold the old data. */
  dataClaims(): Promise<Sightings<ClaimState>>;
}

export function gitopsObservations(migration: Migration, connections: Connections): GitopsObservations {
  const { namespace, source: name, repository } = migration.gitops;
  const flux = () =>
    sight(
      [namespace],
      () => `Flux in ${namespace}`,
      async () => observeFlux(await connections.target(), namespace),
    );
  const namespaces = [...migration.old.workloads, ...migration.new.workloads].map((workload) => workload.namespace);
  return {
    flux,
    git: async () => {
      const { seen, unseen } = await flux();
      const installed = seen.filter((state) => state.installed);
      const trees = await sight(
        installed,
        () => `Git, as GitRepository ${namespace}/${name} has it`,
        async ({ sources, kustomizations }) => {
          const source = sources.find((each) => each.name === name);
          if (source === undefined) throw noSource(namespace, name, sources);
          const own = kustomizations.filter(
            (each) => each.source.name === name && each.source.kind === 'GitRepository',
          );
          return gitState(await readTree(await connections.target(), source, repository), own);
        },
      );
      return { seen: trees.seen, unseen: [...unseen, ...trees.unseen] };
    },
    owned: () =>
      sight(
        [...new Set(namespaces)],
        (each) => `workloads of ${each}`,
        async (each) => observeOwned(await connections.target(), each),
      ),
    dataClaims: () =>
      sight(
        migration.old.dataNamespaces,
        (each) => `volumes of ${each}`,
        async (each) => observeClaims(await connections.target(), each),
      ),
  };
}

function noSource(namespace: string, name: string, sources: readonly { readonly name: string }[]): Unobservable {
  const others = sources.map((each) => each.name).join(', ');
  const found = others === '' ? 'the namespace has no GitRepository' : `the namespace has: ${others}`;
  return new Unobservable('unsupported', `GitRepository ${namespace}/${name} does not exist; ${found}`, {
    hint: 'gitops.source in migration.yaml names the GitRepository that Flux applies.',
  });
}
