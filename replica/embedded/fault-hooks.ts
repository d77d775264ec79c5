import type { Interception } from './kubernetes/http/intercept.ts';
import type { Node } from './node/node.ts';
import type { ReplicaPrograms } from './replica-programs.ts';

/** Conditions that only an embedded replica can put itself into, by name; each holds until taken back. */
const conditions = [
  'broker-silent',
  'database-silent',
  'settings-database-silent',
  'prometheus-silent',
  'port-forward-refused',
  'api-hangs',
  'api-throttles',
  'api-errors',
  'api-hiccups',
] as const;
export type HookName = (typeof conditions)[number];

export function isHookName(name: string): name is HookName {
  return (conditions as readonly string[]).includes(name);
}

/** Switches those conditions on and off. A condition that is on already stays on. */
export class FaultHooks {
  readonly #node: Node;
  readonly #programs: ReplicaPrograms;
  readonly #active = new Map<HookName, () => Promise<void>>();
  #requests = 0;

  constructor(node: Node, programs: ReplicaPrograms) {
    this.#node = node;
    this.#programs = programs;
  }

  async set(name: HookName): Promise<void> {
    if (!this.#active.has(name)) this.#active.set(name, await this.#begin(name));
  }

  async clear(name: HookName): Promise<void> {
    const end = this.#active.get(name);
    this.#active.delete(name);
    await end?.();
  }

  /** What every API request is asked first. The replica's own paths are never meddled with: they end the fault. */
  readonly intercept = (request: { readonly path: string }): Interception | undefined => {
    if (request.path.startsWith('/replica.local/')) return undefined;
    if (this.#active.has('api-hangs')) return { hang: true };
    if (this.#active.has('api-throttles')) return throttled;
    if (this.#active.has('api-errors')) return ailing;
    if (this.#active.has('api-hiccups')) return this.#hiccup();
    return undefined;
  };

  /** Every fifth request fails, as throttled and as an error of the server in turn. */
  #hiccup(): Interception | undefined {
    this.#requests += 1;
    if (this.#requests % 5 !== 0) return undefined;
    return this.#requests % 2 === 0 ? throttled : ailing;
  }

  async #begin(name: HookName): Promise<() => Promise<void>> {
    switch (name) {
      case 'broker-silent':
        this.#programs.pauseBroker(true);
        return async () => this.#programs.pauseBroker(false);
      case 'database-silent':
        return this.#freeze('telemetry');
      case 'settings-database-silent':
        return this.#freeze('heatpump_settings');
      case 'prometheus-silent':
        this.#programs.silencePrometheus(true);
        return async () => this.#programs.silencePrometheus(false);
      case 'port-forward-refused': {
        const refused = this.#node.network.refusePortForward(() => true);
        return async () => refused[Symbol.dispose]();
      }
      case 'api-hangs':
      case 'api-throttles':
      case 'api-errors':
      case 'api-hiccups':
        return async () => {};
    }
  }

  async #freeze(database: string): Promise<() => Promise<void>> {
    await this.#programs.freezeDatabase(database, true);
    return () => this.#programs.freezeDatabase(database, false);
  }
}

const throttled = refusal(429, 'TooManyRequests', 'the server has received too many requests', { 'retry-after': '1' });
const ailing = refusal(500, 'InternalError', 'etcdserver: request timed out');

function refusal(
  code: number,
  reason: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Interception {
  const body = JSON.stringify({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    code,
  });
  return { status: code, headers: { 'content-type': 'application/json', ...headers }, body };
}
