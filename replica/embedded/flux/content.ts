import { stringify } from 'yaml';
import type { KubeObject } from '../kubernetes/object.ts';
import { type GitopsStage, isGitRepository, isKustomization, oldApps } from './stage.ts';

/** A tree of files: path from the root of the repository to text. */
export type Files = ReadonlyMap<string, string>;

export const kustomizations = { group: 'kustomize.toolkit.fluxcd.io', resource: 'kustomizations' } as const;
export const gitRepositories = { group: 'source.toolkit.fluxcd.io', resource: 'gitrepositories' } as const;

/** What lies in no repository: secrets, and a Job that Flux would run again each time its ttl has taken it away. */
const notInGit: ReadonlySet<string> = new Set(['Secret', 'Job']);

const root = 'flux-system';
const cluster = 'gitops/clusters/homelab';

/** The Kustomization that applies an object of the manifests: the one named after its namespace. Undefined for what Flux does not apply. */
export function ownerOf(object: KubeObject, manifests: readonly KubeObject[]): KubeObject | undefined {
  const named = (name: string) => manifests.find((each) => isKustomization(each) && each.metadata.name === name);
  if (isKustomization(object) || isGitRepository(object)) return named(root);
  if (notInGit.has(object.kind) || isAccount(object)) return undefined;
  const app = object.kind === 'Namespace' ? object.metadata.name : object.metadata.namespace;
  return app === undefined || app === root ? undefined : named(app);
}

/** deploy/rbac.yaml: an operator applies it by hand. */
function isAccount({ apiVersion }: KubeObject): boolean {
  return apiVersion.startsWith('rbac.authorization.k8s.io/');
}

/** The repository that the replica's Flux applies, made from the manifests: there is one set of them. */
export function gitopsFiles(manifests: readonly KubeObject[], { oldRemoved, oldDirectoriesGone }: GitopsStage): Files {
  const apps = manifests.filter((object) => isKustomization(object) && object.metadata.name !== root);
  const present = apps.filter(({ metadata: { name } }) => !(oldDirectoriesGone && oldApps.has(name)));
  const sync = manifests.filter(
    (object) => isGitRepository(object) || (isKustomization(object) && !apps.includes(object)),
  );
  return new Map([
    [`${cluster}/apps.yaml`, appsFile(present, oldRemoved)],
    [`${cluster}/flux-system/gotk-sync.yaml`, documents(sync)],
    [`${cluster}/flux-system/kustomization.yaml`, kustomizationFile(['gotk-sync.yaml'])],
    ...present.flatMap((app) => appFiles(app, manifests)),
  ]);
}

function appFiles(app: KubeObject, manifests: readonly KubeObject[]): [string, string][] {
  const { name } = app.metadata;
  const own = manifests.filter((object) => ownerOf(object, manifests) === app);
  const byKind = Map.groupBy(own, ({ kind }) => `${kind.toLowerCase()}.yaml`);
  const base = `gitops/apps/base/${name}`;
  return [
    ...[...byKind].map(([file, objects]): [string, string] => [`${base}/${file}`, documents(objects)]),
    [`${base}/kustomization.yaml`, kustomizationFile([...byKind.keys()])],
    [`gitops/apps/homelab/${name}/kustomization.yaml`, kustomizationFile([`../../base/${name}`])],
  ];
}

function kustomizationFile(resources: readonly string[]): string {
  return documents([{ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources }]);
}

/** The old applications are commented out where they stood: a comment defines nothing. */
function appsFile(apps: readonly KubeObject[], oldRemoved: boolean): string {
  const isGone = ({ metadata: { name } }: KubeObject) => oldRemoved && oldApps.has(name);
  return apps
    .map((app) => {
      const text = `---\n${stringify(withoutStatus(app))}`;
      return isGone(app) ? text.replace(/^/gm, '# ').replace(/# $/, '') : text;
    })
    .join('');
}

function documents(objects: readonly object[]): string {
  return objects.map((object) => `---\n${stringify(object)}`).join('');
}

function withoutStatus({ status: _, ...object }: KubeObject): object {
  return object;
}
