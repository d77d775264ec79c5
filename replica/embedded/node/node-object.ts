import { release } from 'node:os';
import { version } from '../kubernetes/http/discovery.ts';
import type { ObjectStore } from '../kubernetes/object.ts';
import { imageId } from './container-run.ts';
import { apiTime } from './pod.ts';

const nodes = { group: '', resource: 'nodes' };
const leases = { group: 'coordination.k8s.io', resource: 'leases' };
const leaseNamespace = 'kube-node-lease';
const conditionsEveryMs = 5 * 60_000;

/** As Go names it. */
const architecture = process.arch === 'x64' ? 'amd64' : process.arch;

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
    metadata: {
      name: nodeName,
      labels: {
        'kubernetes.io/arch': architecture,
        'kubernetes.io/hostname': nodeName,
        'kubernetes.io/os': 'linux',
        'node-role.kubernetes.io/control-plane': 'true',
      },
    },
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
        kubeletVersion: version.gitVersion,
        containerRuntimeVersion: 'embedded://1',
        operatingSystem: 'linux',
        osImage: 'Embedded replica',
        kernelVersion: release(),
        architecture,
      },
      images: [],
    },
  });
}

/**
 * What a kubelet says every ten seconds: that it lives, by its Lease; every five minutes also by the node's conditions.
 * Without the Leases' namespace nothing is said.
 */
export function heartbeat(store: ObjectStore, now: Date): void {
  if (!store.get({ group: '', resource: 'namespaces' }, undefined, leaseNamespace)) return;
  const renewTime = `${now.toISOString().slice(0, -1)}000Z`;
  const renewed = store.change(leases, leaseNamespace, nodeName, (lease) => {
    lease.spec = { ...lease.spec, renewTime };
  });
  if (!renewed)
    store.create(leases, {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: nodeName, namespace: leaseNamespace },
      spec: { holderIdentity: nodeName, leaseDurationSeconds: 40, renewTime },
    });
  const lastHeartbeatTime = apiTime(now);
  store.change(nodes, undefined, nodeName, ({ status }) => {
    for (const condition of (status?.conditions ?? []) as { lastHeartbeatTime: string }[]) {
      const isDue = now.getTime() - Date.parse(condition.lastHeartbeatTime) >= conditionsEveryMs;
      if (isDue) condition.lastHeartbeatTime = lastHeartbeatTime;
    }
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
