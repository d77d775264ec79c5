import type { ObjectStore } from '../kubernetes/object.ts';
import { imageId } from './container-run.ts';
import { apiTime } from './pod.ts';

const nodes = { group: '', resource: 'nodes' };

/** The name that the replica's node is registered under. */
export const nodeName = 'embedded';

const conditions = [
  ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
] as const;

/** Registers the node as a kubelet does when it starts; one that is registered already stays. */
export function registerNode(store: ObjectStore, hostIP: string, now: Date): void {
  if (store.get(nodes, undefined, nodeName)) return;
  const time = apiTime(now);
  const resources = { cpu: '2', memory: '8Gi', pods: '110', 'ephemeral-storage': '100Gi' };
  store.create(nodes, {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: nodeName, labels: { 'kubernetes.io/hostname': nodeName, 'kubernetes.io/os': 'linux' } },
    spec: {},
    status: {
      addresses: [
        { type: 'InternalIP', address: hostIP },
        { type: 'Hostname', address: nodeName },
      ],
      capacity: resources,
      allocatable: resources,
      conditions: conditions.map(([type, status, reason, message]) => ({
        type,
        status,
        reason,
        message,
        lastHeartbeatTime: time,
        lastTransitionTime: time,
      })),
      nodeInfo: {
        kubeletVersion: 'v1.33.0+embedded',
        containerRuntimeVersion: 'embedded://1',
        operatingSystem: 'linux',
        osImage: 'Embedded replica',
        architecture: process.arch,
      },
      images: [],
    },
  });
}

/** Adds an image to what the node has. */
export function recordImage(store: ObjectStore, node: string, image: string): void {
  store.change(nodes, undefined, node, (object) => {
    const images = (object.status?.images ?? []) as { names: string[] }[];
    if (images.some(({ names }) => names.includes(image))) return;
    object.status = {
      ...object.status,
      images: [...images, { names: [imageId(image), image], sizeBytes: 50_000_000 }],
    };
  });
}
