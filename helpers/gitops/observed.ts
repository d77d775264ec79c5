import type { Owner } from '../cluster/observed.ts';

/** What GitOps tells, as plain data: Flux's objects, and the files that it applied. Times are ISO 8601. */

/** A condition of a Flux object's status. */
export interface FluxCondition {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  /** Since when it has this status. */
  readonly since?: string;
}

interface FluxObject {
  readonly namespace: string;
  readonly name: string;
  readonly suspended: boolean;
  readonly intervalSeconds: number;
  /** Its controller has seen it as it stands. */
  readonly current: boolean;
  /** Undefined while its controller has said nothing of it. */
  readonly ready?: FluxCondition;
  /** There only when it is given up until somebody changes it. */
  readonly stalled?: FluxCondition;
}

/** A GitRepository. */
export interface SourceState extends FluxObject {
  readonly url: string;
  /** Of the artifact that it holds: `main@sha1:…`. */
  readonly revision?: string;
  /** Where source-controller serves that artifact, and its SHA-256 as `sha256:…`. */
  readonly artifact?: { readonly url: string; readonly digest?: string };
}

/** A Kustomization. */
export interface KustomizationState extends FluxObject {
  readonly path: string;
  readonly prune: boolean;
  /** It has patches of its own that name replicas. */
  readonly patchesReplicas: boolean;
  readonly source: { readonly kind: string; readonly namespace: string; readonly name: string };
  /** `main@sha1:…` */
  readonly appliedRevision?: string;
  /** What it applies, each as `Kind namespace/name`. */
  readonly inventory: readonly string[];
  /** When it was last reconciled, as far as its status tells. */
  readonly reconciledAt?: string;
  readonly deletingSince?: string;
  readonly finalizers: readonly string[];
  /** The Kustomization that applies it. */
  readonly owner?: Owner;
}

/** Flux in one namespace. */
export interface FluxState {
  /** False when the cluster has no Kustomizations at all: their definition is not installed. */
  readonly installed: boolean;
  readonly sources: readonly SourceState[];
  readonly kustomizations: readonly KustomizationState[];
}

/** A workload with who applies it. */
export interface OwnedWorkload {
  readonly kind: 'Deployment' | 'StatefulSet';
  readonly namespace: string;
  readonly name: string;
  readonly replicas: number;
  /** By its labels. */
  readonly owner?: Owner;
}

/** The files of one commit. */
export interface GitTree {
  /** `main@sha1:…` */
  readonly revision: string;
  /** Where they were read: `Flux’s own artifact`, `the repository in ~/homelab`. */
  readonly from: string;
  /** Text by path from the repository's root. */
  readonly files: ReadonlyMap<string, string>;
}

/** A Kustomization, Deployment or StatefulSet as a file defines it. What is commented out defines nothing. */
export interface Definition {
  readonly file: string;
  /** Of its first line, from 1. */
  readonly line: number;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /** Of a workload, where it says any; text where that is no number before Flux has substituted it. */
  readonly replicas?: number | string;
  /** Of a Kustomization. */
  readonly suspend?: boolean;
  readonly path?: string;
}

/** What a path of the repository defines. */
export interface Defined {
  readonly definitions: readonly Definition[];
  /** What was not followed and may set how many replicas a workload has, in words: patches, components, remote resources. */
  readonly unfollowed: readonly string[];
  /** Files that cannot be read as YAML, with the line. */
  readonly unreadable: readonly string[];
}

/** What Git defines at the revision that Flux holds. */
export interface GitState {
  readonly revision: string;
  readonly from: string;
  readonly fileCount: number;
  readonly directories: readonly string[];
  /** By each Kustomization that applies a path of it. */
  readonly applied: readonly (Owner & Defined)[];
  /** Kustomizations that are defined in files which none of these reaches. */
  readonly unapplied: readonly Definition[];
}
