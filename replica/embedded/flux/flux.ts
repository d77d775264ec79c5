import type { HistoryState } from '../history/state.ts';
import type { KubeObject } from '../kubernetes/object.ts';
import { apiTime, type KubeStore } from '../kubernetes/store.ts';
import type { Program } from '../program.ts';
import { inOrder, inventoryEntry, ownerLabels } from './apply.ts';
import { archiveOf } from './archive.ts';
import { ownerOf } from './content.ts';
import { fluxPrograms } from './controllers.ts';
import { finalizer } from './kustomize-controller.ts';
import { branch, prepareRepository } from './repository.ts';
import { type Artifact, artifactOf } from './source-controller.ts';
import { gitopsAsOf, isGitRepository, isKustomization } from './stage.ts';
import { gitopsVersions } from './versions.ts';

export interface FluxOptions {
  readonly store: KubeStore;
  readonly state: HistoryState;
  readonly manifests: readonly KubeObject[];
  /** Where its Git repository is put, in place of what is there. */
  readonly gitdir: string;
  readonly cacheDirectory: string;
  /** The cluster's clock. */
  readonly now: () => Date;
  /** When the replica's past ends. */
  readonly nowMs: number;
  /** Resolves when the replica's past is made: until then nothing is reconciled. */
  readonly live: Promise<void>;
}

/** A small Flux over a real Git repository. */
export interface Flux {
  /** Its controllers are programs of pods. */
  readonly programFor: (image: string) => Program | undefined;
  /**
   * An object of the manifests as the replica begins with it: applied by Flux before its past began, Flux's own objects
   * with the status that this left.
   */
  readonly applied: (object: KubeObject) => KubeObject;
}

/** Makes the repository. What Flux does to it begins with the pods of its controllers. */
export async function openFlux(options: FluxOptions): Promise<Flux> {
  const { store, state, manifests, gitdir, cacheDirectory, now, nowMs, live } = options;
  const versions = gitopsVersions(manifests, state);
  const [commit, archive] = await Promise.all([
    prepareRepository(gitdir, versions, cacheDirectory),
    archiveOf(versions.at(-1)?.files ?? new Map()),
  ]);
  const url = String(manifests.find(isGitRepository)?.spec?.url);
  return {
    programFor: fluxPrograms({ store, gitdir, url, live }),
    applied: (object) => {
      const owned = labelled(object, ownerOf(object, manifests));
      if (isGitRepository(object)) {
        const artifact = artifactOf(owned, branch, commit, archive, now());
        return { ...owned, status: sourceStatus(artifact, now()) };
      }
      if (!isKustomization(object)) return owned;
      const present = manifests.filter((each) => gitopsAsOf(state, each) !== undefined);
      const applied = present.filter((each) => ownerOf(each, manifests)?.metadata.name === object.metadata.name);
      return {
        ...owned,
        metadata: { ...owned.metadata, finalizers: [finalizer] },
        // It was reconciled over and over since.
        status: kustomizationStatus(`${branch}@sha1:${commit}`, applied, new Date(nowMs)),
      };
    },
  };
}

function labelled(object: KubeObject, owner: KubeObject | undefined): KubeObject {
  if (owner === undefined) return object;
  const { namespace = 'default', name } = owner.metadata;
  const labels = { ...object.metadata.labels, ...ownerLabels({ namespace, name }) };
  return { ...object, metadata: { ...object.metadata, labels } };
}

function sourceStatus(artifact: Artifact, at: Date): Record<string, unknown> {
  const message = `stored artifact for revision '${artifact.revision}'`;
  return {
    observedGeneration: 1,
    artifact,
    conditions: [
      condition('Ready', 'Succeeded', message, at),
      condition('ArtifactInStorage', 'Succeeded', message, at),
    ],
  };
}

function kustomizationStatus(revision: string, applied: readonly KubeObject[], at: Date): Record<string, unknown> {
  return {
    observedGeneration: 1,
    inventory: { entries: inOrder(applied).map(inventoryEntry) },
    lastAppliedRevision: revision,
    lastAttemptedRevision: revision,
    conditions: [
      condition('Ready', 'ReconciliationSucceeded', `Applied revision: ${revision}`, at),
      condition('Healthy', 'Succeeded', 'Health check passed', at),
    ],
  };
}

function condition(type: string, reason: string, message: string, at: Date): object {
  return { type, status: 'True', reason, message, lastTransitionTime: apiTime(at), observedGeneration: 1 };
}
