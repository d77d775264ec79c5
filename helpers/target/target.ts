import type { Duplex } from 'node:stream';
import type { KubeConfig } from '@kubernetes/client-node';
import type { TargetConfig } from '../config/schema.ts';
import type { ReadOnlyKube } from './kube.ts';

/** Where a tunnel ends: the port of a Service (by its in-cluster name), or of one pod. */
export type Address =
  | { readonly namespace: string; readonly service: string; readonly port: number }
  | { readonly namespace: string; readonly pod: string; readonly port: number };

/**
 * The cluster under test: a kubeconfig and nothing else. Everything a spec learns it learns through the Kubernetes
 * API, so a spec cannot tell a replica from the live cluster.
 */
export interface Target {
  /** Its name in migration.yaml: `embedded`, `live`. */
  readonly name: string;
  readonly kind: TargetConfig['kind'];
  /** True for everything but live: a decision about it says REHEARSAL, NOT YOUR CLUSTER. */
  readonly rehearsal: boolean;
  readonly timeScale: number;
  readonly context: string;
  readonly server: string;
  /** Reads only; port-forward goes through dial. */
  readonly kube: ReadOnlyKube;
  readonly kubeConfig: KubeConfig;
  /**
   * Opens a byte stream to a port in the cluster over port-forward, to a ready pod behind the Service by its
   * EndpointSlices. The stream is usable as a socket by pg, kafkajs, mqtt and http.Agent.
   * Throws Unobservable naming the Service and why (no ready pod, forbidden, refused, deadline).
   */
  dial(address: Address): Promise<Duplex>;
  close(): Promise<void>;
}
