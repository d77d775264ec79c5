/** What the Kubernetes API tells about workloads, as plain data. Times are ISO 8601 on the API server's clock. */
export interface ContainerState {
  readonly name: string;
  readonly image: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly state: 'running' | 'waiting' | 'terminated' | 'unknown';
  /** Reason of waiting or termination: CrashLoopBackOff, ImagePullBackOff, OOMKilled. */
  readonly reason?: string;
  readonly message?: string;
  readonly startedAt?: string;
  /** When a terminated container ended. */
  readonly finishedAt?: string;
  /** How the container's previous run ended, when there was one. */
  readonly lastTermination?: Termination;
}

export interface Termination {
  readonly reason: string;
  readonly exitCode: number;
  readonly startedAt?: string;
  readonly finishedAt: string;
}

export interface PodState {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly phase: string;
  readonly ready: boolean;
  readonly terminating: boolean;
  readonly createdAt: string;
  readonly containers: readonly ContainerState[];
  /** They have run before the others start; their logs count, their readiness does not. */
  readonly initContainers?: readonly ContainerState[];
}

export interface WorkloadState {
  readonly kind: 'Deployment' | 'StatefulSet';
  readonly namespace: string;
  readonly name: string;
  readonly exists: boolean;
  /** When it does not exist: what stands in its namespace or elsewhere under a near name. */
  readonly foundInstead: readonly string[];
  readonly replicasDesired: number;
  readonly replicasReady: number;
  readonly createdAt?: string;
  readonly pods: readonly PodState[];
}

/** A NetworkPolicy and what it does to the pods that it selects. */
export interface NetworkPolicyState {
  readonly namespace: string;
  readonly name: string;
  /** The pods of its namespace that it selects now. */
  readonly pods: readonly string[];
  /** Rules that let something in; undefined where it leaves ingress alone. With none, nothing gets in by it. */
  readonly ingressRules?: number;
  /** The same for what goes out. */
  readonly egressRules?: number;
}

/** One container run's log within a window. */
export interface ContainerLog {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** True for the run before the present one. */
  readonly previous: boolean;
  /** Start of the window asked for. */
  readonly windowStart: string;
  /** When the container run began, by its status. */
  readonly startedAt?: string;
  /** Time of the oldest line that can still be had, whatever the window. */
  readonly oldestLineAt?: string;
  /** False when lines of the window may be gone (rotated, an older pod or run that cannot be read any more). */
  readonly reachesBack: boolean;
  /** Why it does not reach back. */
  readonly reachNote?: string;
  /** Lines within the window that were read and parsed. */
  readonly lineCount: number;
  /**
   * Entries of level error and above, oldest first: the first 50, and of those after them the first of each message
   * that is not among them (numbers aside), so that a flood of one error hides no other.
   */
  readonly errors: readonly LogEntry[];
  /** All of them, counted. */
  readonly errorCount: number;
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'unknown';

export interface LogEntry {
  readonly at: string;
  readonly level: LogLevel;
  readonly message: string;
  /** The whole line without its timestamp, secrets masked. */
  readonly line: string;
}

export interface JobState {
  readonly namespace: string;
  readonly name: string;
  readonly exists: boolean;
  readonly succeeded: number;
  readonly failed: number;
  readonly active: number;
}

/** A Flux Kustomization by name. */
export interface Owner {
  readonly namespace: string;
  readonly name: string;
}

/** What runs pods, with what they need. Names only: no value of a Secret is ever read for it. */
export interface TemplateState {
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'CronJob';
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly replicas: number;
  readonly images: readonly string[];
  /** The Kustomization that applies it, by its labels. */
  readonly owner?: Owner;
  /** Without which its pods do not start, in its own namespace. */
  readonly secrets: readonly string[];
  readonly configMaps: readonly string[];
  readonly claims: readonly string[];
}

/** An object that may be there: a Secret or ConfigMap by name, a namespace. */
export interface Presence {
  readonly kind: 'Secret' | 'ConfigMap';
  readonly namespace: string;
  readonly name: string;
  readonly exists: boolean;
}

/** A PersistentVolumeClaim with the volume behind it. */
export interface ClaimState {
  readonly namespace: string;
  readonly name: string;
  /** Bound, Pending, Lost. */
  readonly phase: string;
  readonly capacity?: string;
  readonly storageClass?: string;
  readonly volume?: string;
  /** Delete or Retain: what becomes of the data when the claim goes. */
  readonly reclaimPolicy?: string;
  /** Pods that mount it. */
  readonly mountedBy: readonly string[];
}

/** A PersistentVolume, and the claim that it is or was bound to. */
export interface VolumeState {
  readonly name: string;
  /** Bound, Released, Available, Failed. */
  readonly phase: string;
  readonly reclaimPolicy: string;
  readonly capacity?: string;
  readonly claim?: { readonly namespace: string; readonly name: string };
}

/** The images that a node says it has. */
export interface NodeImages {
  readonly node: string;
  readonly images: readonly string[];
  /** True when it lists as many as a kubelet reports at most: one that is missing may be there all the same. */
  readonly full: boolean;
}

export interface NamespaceState {
  readonly name: string;
  readonly exists: boolean;
  readonly uid?: string;
  readonly terminatingSince?: string;
  /** Its own, and those of what is left in it, in Kubernetes' words. */
  readonly finalizers: readonly string[];
  readonly remaining: readonly string[];
}

/** What a workload's container uses of its memory. */
export interface ContainerMemory {
  readonly kind: 'Deployment' | 'StatefulSet';
  readonly namespace: string;
  readonly workload: string;
  readonly container: string;
  readonly usedBytes: number;
  /** Not there for a container without a limit. */
  readonly limitBytes?: number;
}

/** What a workload's container uses against what it asked for and what it may, and how it fared. */
export interface ContainerUse {
  readonly kind: 'Deployment' | 'StatefulSet';
  readonly namespace: string;
  readonly workload: string;
  readonly container: string;
  /** Not there where it was not measured yet. */
  readonly usedBytes?: number;
  readonly usedMillicores?: number;
  readonly requestBytes?: number;
  readonly limitBytes?: number;
  readonly requestMillicores?: number;
  readonly limitMillicores?: number;
  /** Of all its pods. */
  readonly restartCount: number;
  /** The latest. */
  readonly lastTermination?: Termination;
}

export interface ServiceAddress {
  readonly namespace: string;
  readonly name: string;
  readonly ports: readonly number[];
}

/** That an object names something of the old system, and where; never the text itself. */
export interface Mention {
  readonly kind: TemplateState['kind'] | 'ConfigMap' | 'Ingress' | 'Kustomization' | 'HelmRelease' | 'Service';
  readonly namespace: string;
  readonly name: string;
  /** `variable GF_URL`, `key datasources.yaml`. */
  readonly where: string;
  /** `topic energy-realtime`, `Service redpanda-sink/redpanda-sink`. */
  readonly names: string;
}

/** A pod by its address, with what made it. */
export interface PodAddress {
  readonly namespace: string;
  readonly pod: string;
  readonly address: string;
  /** Kind and name of what owns it, a Deployment's ReplicaSet taken for the Deployment. */
  readonly owner?: { readonly kind: string; readonly name: string };
}

/** A Kustomization as far as it decides what becomes of what it applies. */
export interface OwnerState extends Owner {
  readonly suspended: boolean;
  readonly prune: boolean;
  /** As its spec says, at life's own pace. */
  readonly intervalSeconds: number;
  /** `main@sha1:…`, as last applied. */
  readonly revision?: string;
}

/** A ClusterRoleBinding, and the namespaces of the accounts that it is for. */
export interface BindingState {
  readonly name: string;
  readonly namespaces: readonly string[];
}
