import type { Owner } from '../../cluster/observed.ts';
import type { Migration } from '../../config/schema.ts';
import type {
  Defined,
  Definition,
  FluxState,
  GitState,
  KustomizationState,
  OwnedWorkload,
} from '../../gitops/observed.ts';
import { type Finding, notApplicable, type Sightings, unseenFindings, type Verdict, verdictOf } from '../verdict.ts';
import { count, duration } from '../words.ts';

/** What the judges of GitOps have in common: whether there is a Flux at all, who applies a workload, and when next. */

export interface GitopsObserved {
  readonly flux: Sightings<FluxState>;
  readonly git: Sightings<GitState>;
  readonly owned: Sightings<OwnedWorkload>;
}

/** `flux-system/mqtt-input` */
export function named({ namespace, name }: Owner): string {
  return `${namespace}/${name}`;
}

/** The command that shows a Kustomization. */
export function kustomizationLook({ namespace, name }: Owner): string {
  return `kubectl get kustomization ${name} -n ${namespace} -o yaml`;
}

const undeclared =
  'If nothing applies manifests to this cluster, say so in migration.yaml with the reason: gitops: { none: … }.';

/**
 * Decides with Flux as it was seen. Without a Flux the criterion does not apply where migration.yaml says so, with the
 * reason, and is inconclusive otherwise; a Flux that holds Kustomizations although migration.yaml says there is none is
 * inconclusive too.
 */
export function withFlux(
  flux: Sightings<FluxState>,
  { gitops }: Pick<Migration, 'gitops'>,
  expected: string,
  decide: (state: FluxState) => Verdict,
): Verdict {
  const inconclusive = (observed: string, hint: string) =>
    verdictOf([{ subject: 'Flux', verdict: 'inconclusive', observed, hint }], { expected, pass: '' });
  const [state] = flux.seen;
  const isThere = state?.installed === true && (gitops.none === undefined || state.kustomizations.length > 0);
  if (gitops.none !== undefined && !isThere) return notApplicable(expected, `migration.yaml says so: ${gitops.none}`);
  if (state === undefined) return verdictOf(unseenFindings(flux.unseen), { expected, pass: '' });
  if (!state.installed) return inconclusive('the cluster has no Flux: it knows no Kustomizations', undeclared);
  if (gitops.none !== undefined)
    return inconclusive(
      `migration.yaml says that nothing applies manifests (${gitops.none}), yet ${gitops.namespace} holds ${count(state.kustomizations.length, 'Kustomization')}`,
      'Say in migration.yaml what Flux applies: gitops: { source, kustomizations }.',
    );
  return decide(state);
}

/** What of Flux or Git stayed unseen. */
export function unseenOf(...sightings: readonly Sightings<unknown>[]): Finding[] {
  return unseenFindings(sightings.flatMap(({ unseen }) => unseen));
}

/** The Kustomization that applies a workload: by the workload's labels, or by an inventory that names it. */
export function ownerOf(
  workload: Pick<OwnedWorkload, 'kind' | 'namespace' | 'name' | 'owner'>,
  { kustomizations }: FluxState,
): { readonly owner: Owner; readonly kustomization: KustomizationState | undefined } | undefined {
  const entry = `${workload.kind} ${named(workload)}`;
  const byInventory = kustomizations.find(({ inventory }) => inventory.includes(entry));
  const owner = byInventory ?? workload.owner;
  if (owner === undefined) return undefined;
  return { owner, kustomization: byInventory ?? kustomizations.find((each) => named(each) === named(owner)) };
}

/** When Flux will look at it again; Flux spreads its intervals by up to 5 %. */
export function nextReconcile({ reconciledAt, intervalSeconds }: KustomizationState, now: Date): string {
  const every = `every ${duration(intervalSeconds)}`;
  if (reconciledAt === undefined) return `its next reconcile may come at any time (${every})`;
  const nextMs = Date.parse(reconciledAt) + intervalSeconds * 1050;
  const next = new Date(nextMs).toISOString().replace(/\.\d+Z$/, 'Z');
  return nextMs >= now.getTime()
    ? `its next reconcile comes by ${next} (${every})`
    : `its next reconcile was due by ${next} (${every}) and may come at any time`;
}

/** What Git says of a workload's replicas under the path of its Kustomization. */
export type Replicas =
  | { readonly says: number; readonly where: string }
  | { readonly says: 'nothing'; readonly where: string }
  | { readonly says: 'unclear'; readonly why: string };

/** How many replicas Flux will give a workload, by its definition; a definition that leaves them out leaves them as they are. */
export function replicasInGit(
  workload: Pick<OwnedWorkload, 'kind' | 'namespace' | 'name'>,
  kustomization: KustomizationState,
  git: GitState,
): Replicas {
  const defined = git.applied.find((each) => named(each) === named(kustomization));
  const unclear = (why: string): Replicas => ({ says: 'unclear', why });
  if (defined === undefined) return unclear(`${named(kustomization)} applies another source`);
  const found = definitionOf(workload, defined);
  if (found === undefined)
    return unclear(`no definition of it is found under ${kustomization.path}${alsoUnfollowed(defined)}`);
  const where = `${found.file}:${found.line}`;
  if (kustomization.patchesReplicas) return unclear(`${where} is patched by spec.patches of ${named(kustomization)}`);
  if (defined.unfollowed.length > 0) return unclear(`${where} may be changed by ${defined.unfollowed.join(', ')}`);
  if (found.replicas === undefined) return { says: 'nothing', where };
  if (typeof found.replicas === 'string') return unclear(`${where} says replicas: ${found.replicas}`);
  return { says: found.replicas, where };
}

function definitionOf(
  { kind, namespace, name }: Owner & { kind: string },
  { definitions }: Defined,
): Definition | undefined {
  return definitions.find(
    (each) => each.kind === kind && each.name === name && (each.namespace ?? namespace) === namespace,
  );
}

function alsoUnfollowed({ unfollowed, unreadable }: Defined): string {
  const reasons = [...unfollowed.map((each) => `${each} was not followed`), ...unreadable];
  return reasons.length === 0 ? '' : `; ${reasons.join(', ')}`;
}
