import type { Migration } from '../../config/schema.ts';
import type { FluxState, KustomizationState, SourceState } from '../../gitops/observed.ts';
import { type Finding, type Verdict, verdictOf } from '../verdict.ts';
import { count, duration, list, shorten } from '../words.ts';
import { type GitopsObserved, kustomizationLook, named, ownerOf, unseenOf, withFlux } from './flux.ts';
import { find } from './owners.ts';

/** A reconcile may take this long, and wait for its turn, before it counts as missed. */
const graceSeconds = 60;

/**
 * P6.flux-ready (plan 6.3): the source and the Kustomizations of the new system are Ready at one revision, and none is
 * stalled. Ready is what a controller said when it last looked: where it has stopped looking, that proves nothing.
 */
export function judgeFluxReady(
  { flux, owned }: Pick<GitopsObserved, 'flux' | 'owned'>,
  migration: Pick<Migration, 'new' | 'gitops'>,
  now: Date,
): Verdict {
  const { source: name, namespace } = migration.gitops;
  const expected = `GitRepository ${namespace}/${name} and the Kustomizations of the new system Ready at one revision, none stalled`;
  return withFlux(flux, migration, expected, (state) => {
    const source = state.sources.find((each) => each.name === name && each.namespace === namespace);
    const own = ofNewSystem(state, owned.seen, migration);
    const others = state.kustomizations.filter((each) => !own.includes(each));
    const findings = [
      ...judgeSource(source, `${namespace}/${name}`),
      ...own.map((each) => judgeKustomization(each, source, now)),
      ...(own.length > 0 ? [] : [{ ...noneOwned, subject: 'the new system' }]),
      ...others.map((each): Finding => ({ ...other(each), subject: named(each), verdict: 'pass', quiet: true })),
    ];
    return verdictOf([...findings, ...unseenOf(flux, owned)], {
      expected,
      pass: `${count(own.length, 'Kustomization')} and the source Ready at ${source?.revision}${otherWords(others)}`,
      hint: 'flux get all -n flux-system shows what fails; flux reconcile kustomization NAME --with-source tries again.',
    });
  });
}

const noneOwned = {
  verdict: 'inconclusive',
  observed: 'no Kustomization applies any workload of it, by label or inventory',
} as const;

/** Those that apply its workloads, and those that apply these in turn. */
function ofNewSystem(
  state: FluxState,
  owned: Parameters<typeof find>[0],
  migration: Pick<Migration, 'new'>,
): KustomizationState[] {
  const direct = migration.new.workloads.flatMap((ref) => {
    const workload = find(owned, ref);
    return (workload && ownerOf(workload, state)?.kustomization) ?? [];
  });
  const above = direct.flatMap(({ owner }) =>
    state.kustomizations.filter((each) => owner !== undefined && named(each) === named(owner)),
  );
  return [...new Set([...above, ...direct])];
}

function judgeSource(source: SourceState | undefined, subject: string): Finding[] {
  const look = `kubectl get gitrepository -n ${subject.replace('/', ' ')} -o yaml`;
  const fail = (observed: string, since?: string): Finding[] => [
    { subject, verdict: 'fail', observed, look, ...(since === undefined ? {} : { since }) },
  ];
  if (source === undefined) return fail('the GitRepository does not exist');
  const { ready, stalled, suspended, current, revision } = source;
  if (stalled !== undefined) return fail(`stalled: ${shorten(stalled.message)}`, stalled.since);
  if (suspended) return fail('is suspended: no commit reaches the cluster');
  if (ready?.status === 'False') return fail(`not Ready (${ready.reason}): ${shorten(ready.message)}`, ready.since);
  if (ready?.status !== 'True' || !current)
    return [{ subject, verdict: 'inconclusive', observed: 'is being fetched', look }];
  return [{ subject, verdict: 'pass', observed: `Ready at ${revision}`, look }];
}

function judgeKustomization(each: KustomizationState, source: SourceState | undefined, now: Date): Finding {
  const subject = named(each);
  const look = kustomizationLook(each);
  const finding = (verdict: Finding['verdict'], observed: string, since?: string): Finding => ({
    subject,
    verdict,
    observed,
    look,
    ...(since === undefined ? {} : { since }),
  });
  const { ready, stalled, appliedRevision, suspended, reconciledAt, intervalSeconds } = each;
  if (stalled !== undefined) return finding('fail', `stalled: ${shorten(stalled.message)}`, stalled.since);
  if (ready?.status === 'False')
    return finding('fail', `not Ready (${ready.reason}): ${shorten(ready.message)}`, ready.since);
  if (source?.revision !== undefined && appliedRevision !== source.revision)
    return finding(
      'fail',
      `has applied ${appliedRevision ?? 'nothing'}, its source is at ${source.revision}${suspended ? ' (it is suspended)' : ''}`,
    );
  if (ready?.status !== 'True' || (!each.current && !suspended)) return finding('inconclusive', 'is being reconciled');
  const idleSeconds = reconciledAt === undefined ? 0 : (now.getTime() - Date.parse(reconciledAt)) / 1000;
  if (!suspended && idleSeconds > 2 * intervalSeconds + graceSeconds)
    return finding(
      'fail',
      `was last reconciled ${duration(idleSeconds)} ago, its interval is ${duration(intervalSeconds)}: does kustomize-controller run?`,
      reconciledAt,
    );
  return finding('pass', `Ready at ${appliedRevision}${suspended ? ', suspended' : ''}`);
}

function other({ ready, suspended, appliedRevision }: KustomizationState): Pick<Finding, 'observed'> {
  const state =
    ready === undefined
      ? 'not reconciled yet'
      : ready.status === 'True'
        ? 'Ready'
        : `not Ready: ${shorten(ready.message)}`;
  return {
    observed: `no part of the new system; ${state} at ${appliedRevision ?? 'no revision'}${suspended ? ', suspended' : ''}`,
  };
}

function otherWords(others: readonly KustomizationState[]): string {
  return others.length === 0 ? '' : `; others: ${list(others.map(({ name }) => name))}`;
}
