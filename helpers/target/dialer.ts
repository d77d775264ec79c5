import type { Duplex } from 'node:stream';
import { Unobservable } from '../unobservable.ts';
import type { ReadOnlyKube } from './kube.ts';
import { readyPod } from './service.ts';
import type { Address } from './target.ts';
import { openTunnel, type PodPort } from './tunnel.ts';

/** How long a Service's pod is remembered: long enough for the connections of one spec, short enough for a roll-out. */
const rememberMs = 5000;

interface Remembered {
  readonly pod: Promise<PodPort>;
  readonly until: number;
}

/**
 * Opens tunnels by Service name. The pod behind a Service is remembered for some seconds and forgotten at the first
 * error, so that the next dial finds the pod that replaced it.
 */
export class Dialer {
  readonly #kube: ReadOnlyKube;
  readonly #remembered = new Map<string, Remembered>();

  constructor(kube: ReadOnlyKube) {
    this.#kube = kube;
  }

  async dial(address: Address): Promise<Duplex> {
    if ('pod' in address) return this.#tunnel(address, () => {});
    const key = `${address.namespace}/${address.service}:${address.port}`;
    const before = this.#remembered.get(key);
    const pod = await this.#resolve(key, address);
    const forget = () => this.#remembered.delete(key);
    try {
      return await this.#tunnel(pod, forget);
    } catch (error) {
      forget();
      // A remembered pod may be gone; the Service may have another one by now.
      if (before === undefined || !(error instanceof Unobservable) || error.kind !== 'no-ready-pod') throw error;
      return this.#tunnel(await this.#resolve(key, address), forget);
    }
  }

  #resolve(key: string, address: Extract<Address, { service: string }>): Promise<PodPort> {
    const remembered = this.#remembered.get(key);
    if (remembered !== undefined && Date.now() < remembered.until) return remembered.pod;
    const pod = readyPod(this.#kube, address);
    this.#remembered.set(key, { pod, until: Date.now() + rememberMs });
    pod.catch(() => this.#remembered.delete(key));
    return pod;
  }

  async #tunnel(pod: PodPort, forget: () => void): Promise<Duplex> {
    const tunnel = await openTunnel(this.#kube.transport, pod);
    tunnel.once('error', forget);
    return tunnel;
  }
}
