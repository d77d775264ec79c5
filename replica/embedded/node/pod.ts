import type { V1PodSpec } from '@kubernetes/client-node';
import type { KubeObject } from '../kubernetes/object.ts';

export const pods = { group: '', resource: 'pods' };

/** A pod as the node reads it. */
export type Pod = KubeObject & { spec: KubeObject['spec'] & V1PodSpec; status?: PodStatus };

/** What a kubelet writes; times are RFC 3339 with whole seconds. */
interface PodStatus {
  [member: string]: unknown;
  phase?: PodPhase;
  conditions?: PodCondition[];
  hostIP?: string;
  podIP?: string;
  podIPs?: { ip: string }[];
  startTime?: string;
  initContainerStatuses?: ContainerStatus[];
  containerStatuses?: ContainerStatus[];
}

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

export interface PodCondition {
  type: string;
  status: 'True' | 'False';
  lastProbeTime: null;
  lastTransitionTime: string;
  reason?: string;
  message?: string;
}

export interface ContainerState {
  waiting?: { reason: string; message?: string };
  running?: { startedAt: string };
  terminated?: Termination;
}

export interface Termination {
  exitCode: number;
  reason: 'Completed' | 'Error' | 'OOMKilled';
  startedAt: string;
  finishedAt: string;
  containerID: string;
}

export interface ContainerStatus {
  name: string;
  state: ContainerState;
  lastState: ContainerState;
  ready: boolean;
  started: boolean;
  restartCount: number;
  image: string;
  imageID: string;
  containerID?: string;
}

/** A time as the API writes it: to the second. */
export function apiTime(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
