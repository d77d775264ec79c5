import type { Migration } from '../../config/schema.ts';
import type { Definition, GitState, KustomizationState } from '../../gitops/observed.ts';
import { type Finding, type Verdict, verdictOf } from '../verdict.ts';
import { count, list } from '../words.ts';
import { type GitopsObserved, named, unseenOf, withFlux } from './flux.ts';

/**
 * P6.git-clean (plan 6.1): the revision that Flux applied defines no Kustomization of the old system in any file that
 * Flux applies. Documents are parsed: what is commented out defines nothing, and neither does a file that nothing reaches.
 */
export function judgeGitClean(
  { flux, git }: Pick<GitopsObserved, 'flux' | 'git'>,
  migration: Pick<Migration, 'gitops'>,
): Verdict {
  const old = migration.gitops.kustomizations;
  const expected = `the revision that Flux applied defines none of ${count(old.length, 'old Kustomization')}`;
  return withFlux(flux, migration, expected, ({ kustomizations }) => {
    const findings = git.seen.flatMap((state) => judgeState(state, kustomizations, old));
    const [state] = git.seen;
    const defined = state === undefined ? [] : kustomizationsOf(state);
    return verdictOf([...findings, ...unseenOf(flux, git)], {
      expected,
      pass: `${count(defined.length, 'Kustomization')} defined at ${state?.revision}, none of the old system${aside(state, old)}`,
      hint: 'Plan 6.1: remove or comment out the old Kustomizations in gitops/clusters/…/apps.yaml, commit and push.',
    });
  });
}

function kustomizationsOf({ applied }: GitState): Definition[] {
  return applied.flatMap(({ definitions }) => definitions.filter(({ kind }) => kind === 'Kustomization'));
}

function judgeState(state: GitState, kustomizations: readonly KustomizationState[], old: readonly string[]): Finding[] {
  const all = kustomizationsOf(state);
  const look = `git show ${state.revision.replace(/^.*[:/]/, '')} -- gitops`;
  if (all.length === 0) {
    const observed = `${state.revision} defines no Kustomization in what Flux applies (${state.from}, ${count(state.fileCount, 'file')})`;
    return [
      {
        subject: 'Git',
        verdict: 'inconclusive',
        observed,
        hint: 'Is gitops.source in migration.yaml the repository that defines them?',
      },
    ];
  }
  const unreadable = state.applied.flatMap((each) => each.unreadable);
  return [
    ...old.map((name): Finding => {
      const found = all.filter((each) => each.name === name);
      const where = found.map(({ file, line }) => `${file}:${line}`);
      return found.length === 0
        ? { subject: name, verdict: 'pass', observed: 'not defined' }
        : { subject: name, verdict: 'fail', observed: `defined in ${list(where)}`, look };
    }),
    ...[...new Set(unreadable)].map(
      (file): Finding => ({ subject: 'Git', verdict: 'inconclusive', observed: `cannot be read: ${file}`, look }),
    ),
    ...definers(state, kustomizations).map(
      ({ namespace, name, appliedRevision }): Finding => ({
        subject: named({ namespace, name }),
        verdict: 'inconclusive',
        observed: `has applied ${appliedRevision ?? 'nothing'} so far, while ${state.revision} is what was read`,
        hint: `flux reconcile kustomization ${name}`,
      }),
    ),
  ];
}

/** Kustomizations that define others and have not applied what was read. */
function definers(state: GitState, kustomizations: readonly KustomizationState[]): KustomizationState[] {
  return kustomizations.filter((each) => {
    const own = state.applied.find((applied) => named(applied) === named(each));
    return own?.definitions.some(({ kind }) => kind === 'Kustomization') && each.appliedRevision !== state.revision;
  });
}

function aside(state: GitState | undefined, old: readonly string[]): string {
  const files = (state?.unapplied ?? []).filter(({ name }) => old.includes(name)).map(({ file }) => file);
  return files.length === 0 ? '' : `; in files that Flux does not apply: ${list([...new Set(files)])}`;
}
