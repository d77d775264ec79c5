/** What a replica on a real cluster is called: `scratch` for a cluster that the operator named, `k3d` for one that k3d made. */
export type ClusterReplicaKind = 'scratch' | 'k3d';

export interface RaiseOptions {
  readonly kind: ClusterReplicaKind;
  /** Path of a kubeconfig; its current context must be an admin of the cluster. */
  readonly kubeconfig: string;
  /** Path of migration.yaml: what is configured, and which clusters are live ones. */
  readonly config: string;
  /** Images that stand in for those of the manifests, by repository: `redpandadata/redpanda` → `redpandadata/redpanda:lab`. */
  readonly images: ReadonlyMap<string, string>;
  /** How much faster than life it runs. */
  readonly timeScale: number;
  /** One line for each step, and again when what is waited for changes. */
  readonly progress: (step: string) => void;
  /** Ends the raising where it stands; `removeReplica`, or raising again, mends that. */
  readonly signal: AbortSignal;
}

export interface RaisedReplica {
  /** Path of the kubeconfig that was written to the replica's home: contexts `KIND` (admin, current) and `verifier@KIND`. */
  readonly kubeconfig: string;
  /** `redpandadata/redpanda:lab for redpandadata/redpanda:v25.2.1`, one for each image that was replaced. */
  readonly standIns: readonly string[];
}

export interface RemoveOptions {
  /** Path of a kubeconfig; the recorded one unless given. */
  readonly kubeconfig?: string;
  readonly progress: (step: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Brings the stack of replica/manifests up on a cluster, with eight days behind it, and records it in the cluster and in
 * the replica's home. Throws when the cluster holds something that is not a replica's, when it is one that a live target
 * names, and when a step does not come to its end in time, saying what was last seen.
 */
export async function raiseReplica(_options: RaiseOptions): Promise<RaisedReplica> {
  throw new Error('not yet');
}

/** Removes all that `raiseReplica` made, be it half made, and the record in the replica's home. False when there was nothing. */
export async function removeReplica(_options: RemoveOptions): Promise<boolean> {
  throw new Error('not yet');
}
