import type { HistoryState } from '../history/state.ts';
import type { KubeObject } from '../kubernetes/object.ts';
import { pacedInterval } from './duration.ts';

/** What is so in GitOps at a point of the plan. */
export interface GitopsStage {
  /** Phase 6: the old applications are commented out of apps.yaml, as the plan shows it, and Flux has let go of them. */
  readonly oldRemoved: boolean;
  /** Phase 8: their directories are gone. */
  readonly oldDirectoriesGone: boolean;
}

/** The applications that the plan takes out of Flux (its section 6.1). */
export const oldApps: ReadonlySet<string> = new Set([
  'mqtt-input',
  'mqtt-input-v2',
  'redpanda-sink',
  'redpanda-sink-v2',
]);

const withoutOld: ReadonlySet<HistoryState> = new Set(['after-phase6', 'after-phase7', 'after-phase8']);

export function gitopsStage(state: HistoryState): GitopsStage {
  return { oldRemoved: withoutOld.has(state), oldDirectoriesGone: state === 'after-phase8' };
}

/**
 * A Kustomization at that point of the plan: an operator who is ready for the cutover has suspended the old ones, and
 * phase 6 deletes them so, which leaves what they applied. Undefined for one that is gone. Other objects are as they are.
 */
export function gitopsAsOf(state: HistoryState, object: KubeObject): KubeObject | undefined {
  if (!isKustomization(object) || !oldApps.has(object.metadata.name)) return object;
  if (gitopsStage(state).oldRemoved) return undefined;
  return { ...object, spec: { ...object.spec, suspend: true } };
}

/** Flux's objects as a replica has them that is faster than life: what stands there as interval is what happens. */
export function atPace(object: KubeObject, timeScale: number): KubeObject {
  if (!isKustomization(object) && !isGitRepository(object)) return object;
  return { ...object, spec: { ...object.spec, interval: pacedInterval(object.spec?.interval, timeScale) } };
}

export function isKustomization({ apiVersion, kind }: KubeObject): boolean {
  return kind === 'Kustomization' && apiVersion.startsWith('kustomize.toolkit.fluxcd.io/');
}

export function isGitRepository({ apiVersion, kind }: KubeObject): boolean {
  return kind === 'GitRepository' && apiVersion.startsWith('source.toolkit.fluxcd.io/');
}
