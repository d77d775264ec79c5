import { join } from 'node:path';
import { $ } from 'zx';
import type { VerifyDocument } from '../../cli/output/json-document.ts';
import { UsageError } from '../../cli/usage-error.ts';
import { eventually, notYet, seen } from '../../helpers/wait.ts';
import { callReplicaAt, type PlantedFault } from '../../replica/control.ts';
import { faultNamed } from '../../replica/fault-named.ts';
import type { ReplicaState } from '../../replica/home.ts';
import type { FaultTarget } from '../faults/fault.ts';
import { differences, type Expected, expectedWords } from './expected.ts';
import type { ScenarioTable } from './record.ts';
import type { Whole } from './snapshot.ts';
import type { Steps } from './steps.ts';

export interface StageOptions {
  readonly ground: Whole;
  readonly steps: Steps;
  /** Where reports of verify go. */
  readonly out: string;
  readonly signal: AbortSignal;
  readonly tables: ScenarioTable[];
  /** Leaves this replica for another one that stands later in the plan. */
  readonly later: ((state: ReplicaState) => Promise<Stage>) | undefined;
}

export interface VerifyStep {
  /** A migration.yaml of the scenario's own. */
  readonly config?: string;
  readonly only?: readonly string[];
  /** Other words than the command and what is expected of it. */
  readonly words?: string;
}

export interface NpmStep {
  readonly exitCode?: number;
  /** Has to be found in what the command says. */
  readonly says?: RegExp;
}

/** A run of verify takes its watch and its deadlines, on a machine that does other things besides. */
const verifyWithin = '240s';
/** A backup or a cutover of a replica. */
const actWithin = '240s';

/** What a scenario does, step by step, as an operator or an accident would. */
export class Stage {
  /** As its admin sees it. */
  readonly replica: FaultTarget;
  readonly signal: AbortSignal;
  /** The admin's context, named as the target is in migration.yaml. */
  readonly context: string;
  readonly #options: StageOptions;

  constructor(options: StageOptions) {
    this.#options = options;
    this.replica = options.ground.replica;
    this.signal = options.signal;
    this.context = options.ground.kind;
  }

  /** A step of the scenario's own; `outcome` says what came of it. */
  step<T>(words: string, work: () => Promise<T>, outcome?: (result: T) => string): Promise<T> {
    this.signal.throwIfAborted();
    return this.#options.steps.take(words, work, outcome);
  }

  /** Runs `npm run verify:phase4` and the like as the read-only account. Throws when it says anything but what is expected. */
  async verify(
    script: string,
    expected: Expected,
    { config, only = [], words }: VerifyStep = {},
  ): Promise<VerifyDocument> {
    const run = async () => {
      const document = await this.#document(script, config, only);
      const differ = differences(document, expected);
      if (differ.length > 0) throw new Error(differ.join('\n'));
      return document;
    };
    return this.step(words ?? `npm run ${script} says ${expectedWords(expected)}`, run, ({ criteria, reason }) =>
      expected.decision === 'GO' ? `${criteria.length} criteria` : reason,
    );
  }

  /** Runs a command as an operator who may change the cluster. Throws when it ends otherwise than it should; returns what it said. */
  async npm(script: string, args: readonly string[] = [], { exitCode = 0, says }: NpmStep = {}): Promise<string> {
    const shown = ['npm run', script, ...(args.length > 0 ? ['--', ...args] : [])].join(' ');
    return this.step(
      shown,
      async () => {
        const ended = await this.#zx(actWithin)`npm run --silent ${script} -- ${this.#onReplica()} ${args}`;
        const said = `${ended.stdout}${ended.stderr}`.trim();
        if (ended.exitCode !== exitCode)
          throw new Error(`it should end with ${exitCode}, and ended with ${ended.exitCode}:\n${said}`);
        if (says !== undefined && !says.test(said)) throw new Error(`it should say ${says}, and said:\n${said}`);
        return said;
      },
      (said) => (says === undefined ? '' : (said.split('\n').find((line) => says.test(line)) ?? '').trim()),
    );
  }

  /** Plants a fault of scenarios/faults and returns when its effect shows; disposing takes it back. */
  async plant(name: string): Promise<AsyncDisposable> {
    const fault = faultNamed(name);
    const planted = await this.step(`planted: ${fault.title}`, () => this.#plant(name));
    return {
      [Symbol.asyncDispose]: async () => {
        // Also when the scenario was interrupted: it is not to be asked whether it goes on.
        await this.#options.steps.take(`taken back: ${name}`, async () => planted[Symbol.asyncDispose]());
      },
    };
  }

  /** Waits until the probe answers undefined; it answers what is so instead. Returns the seconds that it took. */
  async until(what: string, probe: () => Promise<string | undefined>, within = 60): Promise<number> {
    const began = performance.now();
    const look = async () => {
      const instead = await probe();
      return instead === undefined ? seen((performance.now() - began) / 1000) : notYet(instead);
    };
    return this.step(
      what,
      () => eventually(look, { for: what, within, every: 0.25, signal: this.signal }),
      (seconds) => `after ${seconds.toFixed(1)} s`,
    );
  }

  /**
   * Goes on later in the plan, where days have passed: on another replica, which stands there, since no replica can be
   * made to wait a week. Throws where the scenario is played on a replica that was given.
   */
  later(state: ReplicaState): Promise<Stage> {
    const { later } = this.#options;
    if (later === undefined) throw new UsageError('days cannot pass on a replica that was given: leave --kubeconfig out');
    return later(state);
  }

  /** A table of what was measured, for the page and the terminal. */
  table(table: ScenarioTable): void {
    this.#options.tables.push(table);
  }

  /** What a command that reads prints as JSON, whatever its exit code. */
  async json<T>(script: string, args: readonly string[]): Promise<T> {
    const ended = await this.#zx(verifyWithin)`npm run --silent ${script} -- ${args} --json ${this.#onReplica()}`;
    if (!ended.stdout.trim().startsWith('{')) throw new Error(`npm run ${script} printed no JSON:\n${ended.stderr}`);
    return JSON.parse(ended.stdout);
  }

  async #plant(name: string): Promise<AsyncDisposable> {
    const { kubeconfig } = this.replica;
    // A replica on a real cluster has no process that could hold it: it is held here.
    if (this.context !== 'embedded') return faultNamed(name).plant(this.replica);
    await callReplicaAt<PlantedFault>(kubeconfig, 'PUT', `faults/${name}`);
    return { [Symbol.asyncDispose]: async () => void (await callReplicaAt(kubeconfig, 'DELETE', `faults/${name}`)) };
  }

  async #document(script: string, config: string | undefined, only: readonly string[]): Promise<VerifyDocument> {
    const args = [
      ...(config === undefined ? [] : ['--config', config]),
      ...(only.length === 0 ? [] : ['--only', only.join(',')]),
      ...['--out', join(this.#options.out, 'reports')],
    ];
    return this.json<VerifyDocument>(script, args);
  }

  #onReplica(): string[] {
    return ['--target', this.context, '--kubeconfig', this.replica.kubeconfig];
  }

  #zx(timeout: '240s') {
    return $({ nothrow: true, quiet: true, signal: this.signal, timeout, env: { ...process.env, NO_COLOR: '1' } });
  }
}
