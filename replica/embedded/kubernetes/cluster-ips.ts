import type { KubeObject } from './object.ts';

/** Hands out the virtual addresses of Services, from the range that k3s uses. */
export class ClusterIPs {
  // .1 is the API server's own Service, .10 the cluster's DNS.
  #last = 10;

  /** Gives a new Service its address, unless it has one, wants none, or is a name only. */
  assign(service: KubeObject): void {
    service.spec ??= {};
    const { spec } = service;
    if (spec.type === 'ExternalName') return;
    if (!spec.clusterIP) {
      this.#last += 1;
      spec.clusterIP = `10.43.${this.#last >> 8}.${this.#last & 0xff}`;
    }
    spec.clusterIPs = [spec.clusterIP];
  }

  /** An updated Service that leaves its address out keeps it. */
  keep(service: KubeObject, previous: KubeObject): void {
    service.spec ??= {};
    const { spec } = service;
    if (spec.type === 'ExternalName') return;
    if (!spec.clusterIP) spec.clusterIP = previous.spec?.clusterIP;
    spec.clusterIPs = [spec.clusterIP];
  }
}
