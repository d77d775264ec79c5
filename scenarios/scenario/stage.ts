import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Document, parseDocument } from 'yaml';
import { $, type ProcessPromise } from 'zx';
import type { VerifyDocument } from '../../cli/output/json-document.ts';
import { UsageError } from '../../cli/usage-error.ts';
import { exitCodes } from '../../helpers/judge/decision.ts';
import { count } from '../../helpers/judge/words.ts';
import { duration } from '../../helpers/time-words.ts';
import { eventually, notYet, seen } from '../../helpers/wait.ts';
import { callReplicaAt, type PlantedFault } from '../../replica/control.ts';
import type { KubeObject } from '../../replica/embedded/kubernetes/object.ts';
import { faultNamed } from '../../replica/fault-named.ts';
import type { ReplicaState } from '../../replica/home.ts';
import { decisionFor } from '../decision-for.ts';
import { type FaultTarget, phaseOf } from '../faults/fault.ts';
import { differences, type Expected, expectedWords } from './expected.ts';
import { ObjectWriter } from './objects.ts';
import type { ScenarioTable } from './record.ts';
import type { Whole } from './snapshot.ts';
import type { Steps } from './steps.ts';

export interface StageOptions {
  readonly ground: Whole;
  readonly steps: Steps;
  /** Where reports of verify go. */
  readonly out: string;
  readonly signal: AbortSignal;
  /** Path of the migration.yaml that every command goes by. */
  readonly config: string;
  readonly tables: ScenarioTable[];
  /** Leaves this replica for another one that stands later in the plan. */
  readonly later: ((state: ReplicaState) => Promise<Stage>) | undefined;
}

export interface VerifyStep {
  /** A migration.yaml of the scenario's own. */
  readonly config?: string;
  readonly only?: readonly string[];
  /** Besides what the fault itself says that it entails. */
  readonly may?: readonly string[];
  /** Other words than the command and what is expected of it. */
  readonly words?: string;
}

export interface NpmStep {
  readonly exitCode?: number;
  /** Has to be found in what the command says. */
  readonly says?: RegExp;
}

/** In this process's group, so that ctrl-C and a kill of the group reach it. */
const quietly = { nothrow: true, quiet: true, detached: false, env: { ...process.env, NO_COLOR: '1' } };

/** A run of verify takes its watch and its deadlines, on a machine that does other things besides. */
const verifyWithin = '240s';
/** A backup or a cutover of a replica. */
const actWithin = '240s';

/** `verify:phase4`, `ready:phase8` */
function scriptOf(phase: string): string {
  return phase === 'ready-phase8' ? 'ready:phase8' : `verify:${phase}`;
}

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

  /** A heading between the steps. */
  chapter(words: string): void {
    this.#options.steps.heading(words);
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
      expected.decision === 'GO' ? count(criteria.length, 'criterion', 'criteria') : reason,
    );
  }

  /** Runs a command as an operator who may change the cluster. Throws when it ends otherwise than it should; returns what it said. */
  async npm(script: string, args: readonly string[] = [], { exitCode = 0, says }: NpmStep = {}): Promise<string> {
    const shown = ['npm run', script, ...(args.length > 0 ? ['--', ...args] : [])].join(' ');
    return this.step(
      shown,
      async () => {
        const ended = await this.#zx(actWithin)`npm run --silent ${script} -- ${this.#onReplica(args)} ${args}`;
        this.signal.throwIfAborted();
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
    let isPlanted = true;
    return {
      [Symbol.asyncDispose]: async () => {
        if (!isPlanted) return;
        isPlanted = false;
        // Also when the scenario was interrupted: it is not to be asked whether it goes on.
        await this.#options.steps.take(`taken back: ${name}`, async () => planted[Symbol.asyncDispose]());
      },
    };
  }

  /**
   * Plants a fault and has verify judge the phase that it is made for: what it says of itself has to stop holding, and
   * nothing else. Resolves with the run and with what takes the fault back.
   */
  async detects(
    name: string,
    options: VerifyStep = {},
  ): Promise<AsyncDisposable & { readonly document: VerifyDocument }> {
    const fault = faultNamed(name);
    const { expects, obstructs = [], entails = [] } = fault;
    const phase = phaseOf(fault);
    const planted = await this.plant(name);
    try {
      const decision = decisionFor(phase, expects, obstructs);
      const expected = { decision, fails: expects, inconclusive: obstructs, may: [...entails, ...(options.may ?? [])] };
      const document = await this.verify(scriptOf(phase), expected, options);
      return { document, [Symbol.asyncDispose]: () => planted[Symbol.asyncDispose]() };
    } catch (error) {
      await planted[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** A criterion's finding has to name this: who acts on it has to know what is meant. */
  async names(document: VerifyDocument, id: string, what: string): Promise<void> {
    await this.step(`${id} names ${what}`, async () => {
      const { summary, observed } = document.criteria.find((each) => each.id === id) ?? {};
      const said = [summary, observed].join('\n');
      if (!said.includes(what)) throw new Error(`it says ${said}`);
    });
  }

  /** Verifies again and again until it is GO: what was planted has to leave windows and logs first. */
  async recovers(script: string, within = 240): Promise<void> {
    const look = async () => {
      const { decision, reason } = await this.#document(script, undefined, []);
      return decision === 'GO' ? undefined : reason;
    };
    // Each run is seconds of work, and others may be played beside this one.
    await this.until(`npm run ${script} is GO again`, look, within, 5);
  }

  /** Waits until the probe answers undefined; it answers what is so instead. Returns the seconds that it took. */
  async until(what: string, probe: () => Promise<string | undefined>, within = 60, every = 0.25): Promise<number> {
    const began = performance.now();
    const look = async () => {
      const instead = await probe();
      return instead === undefined ? seen((performance.now() - began) / 1000) : notYet(instead);
    };
    return this.step(
      what,
      () => eventually(look, { for: what, within, every, signal: this.signal }),
      (seconds) => `after ${duration(seconds)}`,
    );
  }

  /**
   * Goes on elsewhere in the plan, where days have passed or nothing has happened yet: on another replica, which stands
   * there, since no replica can be made to wait a week. Throws where the scenario is played on a replica that was given.
   */
  later(state: ReplicaState): Promise<Stage> {
    const { later } = this.#options;
    if (later === undefined)
      throw new UsageError('days cannot pass on a replica that was given: leave --kubeconfig out');
    return later(state);
  }

  /** A table of what was measured, for the page and the terminal. */
  table(table: ScenarioTable): void {
    this.#options.tables.push(table);
  }

  /** `kubectl apply -f` of one object. */
  put(object: KubeObject): Promise<void> {
    return new ObjectWriter(this.#options.ground.cluster).put(object);
  }

  /** A migration.yaml of the scenario's own: the one that it goes by, with a change. Returns its path. */
  async migrationYaml(change: (yaml: Document) => void): Promise<string> {
    const yaml = parseDocument(await readFile(this.#options.config, 'utf8'));
    change(yaml);
    const path = join(this.#options.out, 'migration.yaml');
    await mkdir(this.#options.out, { recursive: true });
    await writeFile(path, yaml.toString());
    return path;
  }

  /** Starts a command that goes on until it is stopped, as ctrl-C does. */
  async background(script: string, args: readonly string[], says: RegExp): Promise<AsyncDisposable> {
    const running = $({
      ...quietly,
      signal: this.signal,
    })`npm run --silent ${script} -- ${this.#onReplica(args)} ${args}`;
    await this.step(`npm run ${script}, in the background`, () => heard(running, says));
    return {
      [Symbol.asyncDispose]: async () => {
        await running.kill('SIGINT');
        await running;
      },
    };
  }

  /** What a command that reads prints as JSON, whatever it found. */
  async json<T>(script: string, args: readonly string[]): Promise<T> {
    return (await this.#json<T>(script, args)).document;
  }

  async #json<T>(
    script: string,
    args: readonly string[],
  ): Promise<{ readonly document: T; readonly exitCode: number | null }> {
    const { stdout, stderr, exitCode } = await this.#zx(
      verifyWithin,
    )`npm run --silent ${script} -- ${args} --json ${this.#onReplica(args)}`;
    this.signal.throwIfAborted();
    if (!stdout.trim().startsWith('{')) throw new Error(`npm run ${script} printed no JSON:\n${stderr}`);
    return { document: JSON.parse(stdout), exitCode };
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
    const { document, exitCode } = await this.#json<VerifyDocument>(script, args);
    // What scripts of an operator go by has to say the same.
    if (exitCode !== exitCodes[document.decision]) throw new Error(`${document.decision}, and exit code ${exitCode}`);
    return document;
  }

  /** What every command is told besides its own arguments. */
  #onReplica(args: readonly string[]): string[] {
    const config = args.includes('--config') ? [] : ['--config', this.#options.config];
    return ['--target', this.context, '--kubeconfig', this.replica.kubeconfig, ...config];
  }

  #zx(timeout: '240s') {
    return $({ ...quietly, signal: this.signal, timeout });
  }
}

const heardWithinSeconds = 60;

/** Resolves when a command that goes on has said something; rejects with what it said instead when it ends or is late. */
async function heard(running: ProcessPromise, says: RegExp): Promise<void> {
  let said = '';
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  for (const stream of [running.stdout, running.stderr]) {
    stream.on('data', (text: Buffer) => {
      said += text.toString();
      if (says.test(said)) resolve();
    });
  }
  const late = setTimeout(
    () => reject(new Error(`it said nothing like ${says} within ${duration(heardWithinSeconds)}: ${said}`)),
    heardWithinSeconds * 1000,
  );
  running.then(({ exitCode }) => reject(new Error(`it ended with ${exitCode}: ${said}`)), reject);
  await promise.finally(() => clearTimeout(late));
}
