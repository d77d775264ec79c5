import { definedIn, definedUnder, directoriesOf, yamlFiles } from './definitions.ts';
import type { GitState, GitTree, KustomizationState } from './observed.ts';

/** What a commit defines, as far as it is looked at. Secrets of the repository stay in it. */
export function gitState({ revision, from, files }: GitTree, kustomizations: readonly KustomizationState[]): GitState {
  const applied = kustomizations.map(({ namespace, name, path }) => ({
    namespace,
    name,
    ...definedUnder(files, path),
  }));
  const reached = new Set(applied.flatMap(({ definitions }) => definitions.map(({ file }) => file)));
  return {
    revision,
    from,
    fileCount: files.size,
    directories: directoriesOf(files),
    applied,
    unapplied: yamlFiles(files)
      .filter((file) => !reached.has(file))
      .flatMap((file) => definedIn(files, file).definitions)
      .filter(({ kind }) => kind === 'Kustomization'),
  };
}
