import pLimit from 'p-limit';
import { loadMigration } from '../helpers/config/load.ts';
import { faults } from '../scenarios/faults/all.ts';
import type { Fault, FaultSwitches, FaultTarget } from '../scenarios/faults/fault.ts';
import { openFaultTarget } from '../scenarios/faults/open-target.ts';
import type { PlantedFault } from './control.ts';
import { faultNamed } from './fault-named.ts';

export interface FaultKeeperOptions {
  readonly kubeconfig: string;
  readonly timeScale: number;
  /** Path of migration.yaml, which names what faults are planted in. */
  readonly config: string;
  readonly hooks: FaultSwitches;
  /** The Git repository that its Flux applies. */
  readonly gitdir: string;
}

/**
 * What is planted in a running replica. It is the scope of each fault: when the replica ends, all are taken back. One
 * thing at a time: whoever asks while a fault is being planted, whose asker may have died, is told of it once it is.
 */
export class FaultKeeper implements AsyncDisposable {
  readonly #options: FaultKeeperOptions;
  readonly #planted = new Map<string, AsyncDisposable>();
  readonly #inTurn = pLimit(1);
  #target: Promise<FaultTarget & AsyncDisposable> | undefined;

  constructor(options: FaultKeeperOptions) {
    this.#options = options;
  }

  list(): Promise<readonly PlantedFault[]> {
    const isPlanted = ({ name }: Fault) => this.#planted.has(name);
    return this.#inTurn(() => faults.filter(isPlanted).map(({ name, title }) => ({ name, title })));
  }

  /** Returns when the fault's effect shows. Throws when there is no such fault, or when it does not show in time. */
  async plant(name: string): Promise<PlantedFault> {
    const fault = faultNamed(name);
    return this.#inTurn(async () => {
      if (!this.#planted.has(name)) this.#planted.set(name, await fault.plant(await this.#open()));
      return { name, title: fault.title };
    });
  }

  /** Takes it back. Throws when it is not planted. */
  async undo(name: string): Promise<PlantedFault> {
    const { title } = faultNamed(name);
    return this.#inTurn(async () => {
      const planted = this.#planted.get(name);
      if (!planted) throw new Error(`the fault ${name} is not planted`);
      this.#planted.delete(name);
      await planted[Symbol.asyncDispose]();
      return { name, title };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const [name, planted] of [...this.#planted].reverse()) {
      this.#planted.delete(name);
      await planted[Symbol.asyncDispose]();
    }
    await (await this.#target)?.[Symbol.asyncDispose]();
  }

  #open(): Promise<FaultTarget & AsyncDisposable> {
    const { config, ...options } = this.#options;
    this.#target ??= openFaultTarget({ ...options, context: 'embedded', migration: loadMigration(config) });
    return this.#target;
  }
}
