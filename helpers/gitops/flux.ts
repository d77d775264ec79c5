import parse from 'parse-duration';
import { z } from 'zod';
import { ownerOf } from '../cluster/templates.ts';
import { ifExists } from '../target/answer.ts';
import type { Target } from '../target/target.ts';
import { Unobservable } from '../unobservable.ts';
import type { FluxCondition, FluxState, KustomizationState, SourceState } from './observed.ts';

const condition = z.object({
  type: z.string(),
  status: z.enum(['True', 'False', 'Unknown']),
  reason: z.string().default(''),
  message: z.string().default(''),
  lastTransitionTime: z.string().optional(),
});

const metadata = z.object({
  name: z.string(),
  namespace: z.string(),
  generation: z.number().optional(),
  deletionTimestamp: z.string().optional(),
  finalizers: z.array(z.string()).default([]),
  labels: z.record(z.string(), z.string()).optional(),
});

const status = z.object({ observedGeneration: z.number().optional(), conditions: z.array(condition).default([]) });

const source = z.object({
  metadata,
  spec: z.object({ url: z.string(), interval: z.string(), suspend: z.boolean().default(false) }),
  status: status
    .extend({ artifact: z.object({ url: z.string(), revision: z.string(), digest: z.string().optional() }).optional() })
    .default({ conditions: [] }),
});

const kustomization = z.object({
  metadata,
  spec: z.object({
    path: z.string().default('./'),
    interval: z.string(),
    prune: z.boolean().default(false),
    suspend: z.boolean().default(false),
    patches: z.array(z.unknown()).default([]),
    sourceRef: z.object({ kind: z.string(), name: z.string(), namespace: z.string().optional() }),
  }),
  status: status
    .extend({
      lastAppliedRevision: z.string().optional(),
      inventory: z.object({ entries: z.array(z.object({ id: z.string() })).default([]) }).optional(),
      history: z.array(z.object({ lastReconciled: z.string().optional() })).optional(),
    })
    .default({ conditions: [] }),
});

/** The sources and Kustomizations of a namespace. Throws `Unobservable`; a cluster that has no Flux is an observation. */
export async function observeFlux({ kube }: Pick<Target, 'kube'>, namespace: string): Promise<FluxState> {
  const list = async <T>(group: string, plural: string, schema: z.ZodType<T>): Promise<T[]> => {
    const found = await ifExists(kube.custom.listNamespacedCustomObject({ group, version: 'v1', namespace, plural }));
    const items = (found as { items?: unknown[] } | undefined)?.items ?? [];
    return items.map((item) => understood(schema, item, `${plural} of ${namespace}`));
  };
  try {
    const [sources, kustomizations] = await Promise.all([
      list('source.toolkit.fluxcd.io', 'gitrepositories', source),
      list('kustomize.toolkit.fluxcd.io', 'kustomizations', kustomization),
    ]);
    return {
      installed: true,
      sources: sources.map(sourceState),
      kustomizations: kustomizations.map(kustomizationState),
    };
  } catch (error) {
    const isAbsent = error instanceof Unobservable && error.kind === 'unsupported' && !isMisread(error);
    if (!isAbsent) throw error;
    return { installed: false, sources: [], kustomizations: [] };
  }
}

const misread = 'is in a form that this suite does not know';

function isMisread({ message }: Unobservable): boolean {
  return message.includes(misread);
}

function understood<T>(schema: z.ZodType<T>, item: unknown, what: string): T {
  const { data, error } = schema.safeParse(item);
  if (data !== undefined) return data;
  const [issue] = error?.issues ?? [];
  throw new Unobservable('unsupported', `${what}: one ${misread}: ${issue?.path.join('.')}: ${issue?.message}`, {
    hint: 'Flux 2.0 and later serve version v1 of both.',
  });
}

function sourceState({ metadata, spec, status }: z.output<typeof source>): SourceState {
  const { artifact } = status;
  return {
    ...common(metadata, spec, status),
    url: spec.url,
    ...(artifact === undefined ? {} : { revision: artifact.revision }),
    ...(artifact === undefined
      ? {}
      : { artifact: { url: artifact.url, ...(artifact.digest === undefined ? {} : { digest: artifact.digest }) } }),
  };
}

function kustomizationState({ metadata, spec, status }: z.output<typeof kustomization>): KustomizationState {
  const { sourceRef } = spec;
  const owner = ownerOf({ labels: metadata.labels ?? {} });
  const reconciledAt = lastReconciled(status);
  return {
    ...common(metadata, spec, status),
    path: spec.path,
    prune: spec.prune,
    patchesReplicas: JSON.stringify(spec.patches).includes('replicas'),
    source: { ...sourceRef, namespace: sourceRef.namespace ?? metadata.namespace },
    ...(status.lastAppliedRevision === undefined ? {} : { appliedRevision: status.lastAppliedRevision }),
    inventory: (status.inventory?.entries ?? []).map(({ id }) => inventoried(id)),
    ...(reconciledAt === undefined ? {} : { reconciledAt }),
    ...(metadata.deletionTimestamp === undefined ? {} : { deletingSince: metadata.deletionTimestamp }),
    finalizers: metadata.finalizers,
    ...(owner === undefined ? {} : { owner }),
  };
}

function common(
  { name, namespace, generation }: z.output<typeof metadata>,
  { interval, suspend }: { readonly interval: string; readonly suspend: boolean },
  { conditions, observedGeneration }: z.output<typeof status>,
) {
  const [ready, stalled] = ['Ready', 'Stalled'].map((type) => conditionOf(conditions, type));
  return {
    namespace,
    name,
    suspended: suspend,
    intervalSeconds: parse(interval, 's') ?? 0,
    current: observedGeneration === generation,
    ...(ready === undefined ? {} : { ready }),
    ...(stalled?.status === 'True' ? { stalled } : {}),
  };
}

function conditionOf(conditions: readonly z.output<typeof condition>[], type: string): FluxCondition | undefined {
  const found = conditions.find((each) => each.type === type);
  if (found === undefined) return undefined;
  const { status, reason, message, lastTransitionTime } = found;
  return { status, reason, message, ...(lastTransitionTime === undefined ? {} : { since: lastTransitionTime }) };
}

/**
 * kustomize-controller sets Ready to Unknown while it works and to True or False when it is done, so its transition is
 * the last reconciliation; newer versions also keep a history.
 */
function lastReconciled({ conditions, history = [] }: z.output<typeof kustomization>['status']): string | undefined {
  const times = [conditionOf(conditions, 'Ready')?.since, ...history.map(({ lastReconciled }) => lastReconciled)];
  return times
    .flatMap((time) => time ?? [])
    .sort((a, b) => Date.parse(a) - Date.parse(b))
    .at(-1);
}

/** `NAMESPACE_NAME_GROUP_KIND`, a colon in a name as two underscores: https://fluxcd.io/flux/components/kustomize/kustomizations/#inventory */
function inventoried(id: string): string {
  const [namespace = '', ...rest] = id.split('_');
  const kind = rest.at(-1) ?? '';
  const name = rest.slice(0, -2).join('_').replaceAll('__', ':');
  return `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;
}
