import type { Migration } from '../../config/schema.ts';
import type { FluxState, GitState } from '../../gitops/observed.ts';
import { type Finding, type Sightings, type Verdict, verdictOf } from '../verdict.ts';
import { count, list } from '../words.ts';
import { unseenOf, withFlux } from './flux.ts';

/** P8.directories-gone (plan 8.3): the repository has no directory any more that is named as an old Kustomization. */
export function judgeDirectoriesGone(
  { flux, git }: { readonly flux: Sightings<FluxState>; readonly git: Sightings<GitState> },
  migration: Pick<Migration, 'gitops'>,
): Verdict {
  const old = migration.gitops.kustomizations;
  const expected = `no directory of the repository is named as one of ${count(old.length, 'old Kustomization')}`;
  return withFlux(flux, migration, expected, () => {
    const findings = git.seen.flatMap(({ directories, fileCount, revision, from }): Finding[] => {
      if (fileCount === 0 || directories.length === 0)
        return [{ subject: 'Git', verdict: 'inconclusive', observed: `${from} holds no directory at ${revision}` }];
      return old.map((name) => {
        const left = directories.filter((directory) => directory === name || directory.endsWith(`/${name}`));
        return left.length === 0
          ? { subject: name, verdict: 'pass', observed: 'gone' }
          : {
              subject: name,
              verdict: 'fail',
              observed: `still there: ${list(left)}`,
              look: `git ls-tree -d -r --name-only HEAD | grep ${name}`,
            };
      });
    });
    const [state] = git.seen;
    return verdictOf([...findings, ...unseenOf(flux, git)], {
      expected,
      pass: `${count(old.length, 'old application')} gone from ${count(state?.directories.length ?? 0, 'directory', 'directories')} at ${state?.revision}`,
      hint: 'Plan 8.3: rm -rf gitops/apps/base/NAME gitops/apps/homelab/NAME, commit and push.',
    });
  });
}
