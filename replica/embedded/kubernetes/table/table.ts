import type { KubeObject } from '../object.ts';
import type { ResourceType } from '../resources.ts';
import {
  bindingPrinter,
  configMapPrinter,
  eventPrinter,
  gitRepositoryPrinter,
  kustomizationPrinter,
  namespacePrinter,
  nodePrinter,
  plainPrinter,
  podMetricsPrinter,
  secretPrinter,
  serviceAccountPrinter,
} from './cluster.ts';
import {
  endpointSlicePrinter,
  endpointsPrinter,
  ingressPrinter,
  leasePrinter,
  networkPolicyPrinter,
  servicePrinter,
} from './network.ts';
import { podPrinter } from './pods.ts';
import type { Cell, Column, Printer } from './printer.ts';
import { claimPrinter, storageClassPrinter, volumePrinter } from './storage.ts';
import {
  controllerRevisionPrinter,
  cronJobPrinter,
  daemonSetPrinter,
  deploymentPrinter,
  jobPrinter,
  replicaSetPrinter,
  statefulSetPrinter,
} from './workloads.ts';

const printers: Readonly<Record<string, Printer>> = {
  Pod: podPrinter,
  Deployment: deploymentPrinter,
  ReplicaSet: replicaSetPrinter,
  StatefulSet: statefulSetPrinter,
  DaemonSet: daemonSetPrinter,
  ControllerRevision: controllerRevisionPrinter,
  Job: jobPrinter,
  CronJob: cronJobPrinter,
  Service: servicePrinter,
  Endpoints: endpointsPrinter,
  EndpointSlice: endpointSlicePrinter,
  Ingress: ingressPrinter,
  NetworkPolicy: networkPolicyPrinter,
  Lease: leasePrinter,
  PersistentVolumeClaim: claimPrinter,
  PersistentVolume: volumePrinter,
  StorageClass: storageClassPrinter,
  Namespace: namespacePrinter,
  ConfigMap: configMapPrinter,
  Secret: secretPrinter,
  ServiceAccount: serviceAccountPrinter,
  Node: nodePrinter,
  Event: eventPrinter,
  RoleBinding: bindingPrinter,
  ClusterRoleBinding: bindingPrinter,
  Kustomization: kustomizationPrinter,
  GitRepository: gitRepositoryPrinter,
  PodMetrics: podMetricsPrinter,
  NodeMetrics: podMetricsPrinter,
};

/** How much of each object a table carries beside its cells. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

export interface Table {
  readonly kind: 'Table';
  readonly apiVersion: 'meta.k8s.io/v1';
  readonly metadata: object;
  readonly columnDefinitions: readonly Column[];
  readonly rows: readonly { readonly cells: readonly Cell[]; readonly object?: unknown }[];
}

export interface TableOptions {
  readonly now: Date;
  readonly includeObject: IncludeObject;
  /** False in a watch, after its first table. */
  readonly headed: boolean;
}

/** Objects as the rows that `kubectl get` prints. */
export function toTable(
  type: ResourceType,
  objects: readonly KubeObject[],
  metadata: object,
  options: TableOptions,
): Table {
  const printer = printers[type.kind] ?? plainPrinter;
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: options.headed ? printer.columns : [],
    rows: objects.map((object) => ({
      cells: printer.cells(object, options.now),
      ...(options.includeObject === 'None'
        ? {}
        : { object: options.includeObject === 'Object' ? object : partial(object) }),
    })),
  };
}

/** Its metadata alone. */
export function partial(object: KubeObject): unknown {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
}
