import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import pc from 'picocolors';
import { Interrupted, interruption } from '../cli/interruption.ts';
import { exitUsage, UsageError } from '../cli/usage-error.ts';
import { ConfigError, loadMigration } from '../helpers/config/load.ts';
import { didYouMean } from '../helpers/config/nearest.ts';
import { callReplica, type PlantedFault } from './control.ts';
import { type ReplicaState, replicaHome, replicaStates, runningReplica } from './home.ts';
import { startKeptReplica, stopReplica } from './lifecycle.ts';

/** `npm run replica`: keeps an embedded replica up, in the foreground or detached, and plants faults in it. */
interface Options {
  readonly config: string;
  readonly state: ReplicaState;
  readonly detach?: true;
  readonly down?: true;
  readonly plant?: string;
  readonly undo?: string;
  readonly faults?: true;
  readonly debug?: true;
}

const program = new Command('npm run replica --')
  .description(
    'An embedded replica of both systems: Kubernetes API, Kafka, MQTT, TimescaleDB and the programs between them.',
  )
  .option('--config <file>', 'the migration as data', 'migration.yaml')
  .addOption(
    new Option('--state <state>', 'where in the plan it stands').choices(replicaStates).default('before-phase5'),
  )
  .option('--detach', 'return as soon as it serves, and leave it running')
  .option('--down', 'end the replica that runs')
  .option('--plant <fault>', 'plant a fault in the replica that runs; it stays until --undo or --down')
  .option('--undo <fault>', 'take a planted fault back')
  .option('--faults', 'list the faults that can be planted')
  .option('--debug', 'show where an error came from')
  .showSuggestionAfterError()
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : exitUsage));

const options = program.parse().opts<Options>();

try {
  process.exitCode = await run(options);
} catch (error) {
  const words = error instanceof Error ? error.message : String(error);
  console.error(pc.red(options.debug && error instanceof Error ? (error.stack ?? words) : words));
  process.exitCode = exitCode(error);
}

function exitCode(error: unknown): number {
  if (error instanceof Interrupted) return error.exitCode;
  return error instanceof ConfigError || error instanceof UsageError ? exitUsage : 1;
}

async function run({ config, state, detach, down, plant, undo, faults }: Options): Promise<number> {
  if (down) return end();
  if (faults) return list();
  if (plant) return act('plant', plant);
  if (undo) return act('undo', undo);
  return start(config, state, detach === true);
}

async function start(config: string, state: ReplicaState, detach: boolean): Promise<number> {
  const running = await runningReplica();
  if (running) {
    console.log(`A replica (${running.state}) runs since ${running.startedAt}; npm run replica -- --down ends it.`);
    console.log(`export KUBECONFIG=${running.kubeconfig}`);
    return detach ? 0 : 1;
  }
  const embedded = Object.values(loadMigration(config).targets).find(({ kind }) => kind === 'embedded');
  const interrupted = interruption('no replica runs');
  const began = performance.now();
  const seconds = () => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  const replica = await startKeptReplica({
    state,
    timeScale: embedded?.timeScale ?? 1,
    config: resolve(config),
    detached: detach,
    signal: interrupted,
    progress: (step) => console.error(pc.dim(`${seconds().padStart(7)}  ${step}`)),
  }).catch((error: unknown) => {
    interrupted.throwIfAborted();
    throw error;
  });
  console.error(
    pc.green(
      `${seconds().padStart(7)}  the replica serves, ${state.replace('-', ' ')}, ${embedded?.timeScale ?? 1} times life's pace`,
    ),
  );
  console.log(`export KUBECONFIG=${replica.kubeconfig}`);
  if (detach) return 0;
  console.error(pc.dim('Ctrl-C ends it.'));
  const ended = await replica.ended;
  if (ended === 0) return 0;
  throw new Error(`the replica ended by itself (${ended}); its last words: ${join(replicaHome, 'replica.log')}`);
}

async function end(): Promise<number> {
  console.log((await stopReplica()) ? 'The replica has ended.' : `No replica runs (none recorded in ${replicaHome}).`);
  return 0;
}

async function list(): Promise<number> {
  const { faults } = await import('../scenarios/faults/all.ts');
  const planted = new Set(
    (await runningReplica()) ? (await callReplica<PlantedFault[]>('GET', 'faults')).map(({ name }) => name) : [],
  );
  for (const fault of faults) {
    const mark = planted.has(fault.name) ? pc.red(' PLANTED') : '';
    console.log(
      `${pc.bold(fault.name)}${mark}\n    ${fault.title}\n    ${pc.dim(`turns ${[...fault.expects, ...(fault.obstructs ?? [])].join(', ')}${fault.portable ? '' : '; embedded replica only'}`)}`,
    );
  }
  return 0;
}

async function act(what: 'plant' | 'undo', name: string): Promise<number> {
  const { faults } = await import('../scenarios/faults/all.ts');
  const names = faults.map((fault) => fault.name);
  if (!names.includes(name)) {
    throw new UsageError(`no fault "${name}"${didYouMean(name, names)}; npm run replica -- --faults lists them`);
  }
  if (!(await runningReplica())) {
    throw new UsageError('No replica runs: npm run replica -- --detach starts one.');
  }
  const { title } = await callReplica<PlantedFault>(
    what === 'plant' ? 'PUT' : 'DELETE',
    `faults/${encodeURIComponent(name)}`,
  );
  console.log(`${what === 'plant' ? 'Planted' : 'Taken back'}: ${title}`);
  return 0;
}
