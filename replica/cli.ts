import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import pc from 'picocolors';
import { Interrupted, interruption } from '../cli/interruption.ts';
import { exitUsage, UsageError } from '../cli/usage-error.ts';
import { ConfigError, loadMigration } from '../helpers/config/load.ts';
import { paceOf } from '../helpers/config/time-scale.ts';
import { duration } from '../helpers/time-words.ts';
import { callReplica, type PlantedFault } from './control.ts';
import {
  gitopsRepository,
  type ReplicaState,
  recordedClusterReplica,
  replicaHome,
  replicaStates,
  runningReplica,
  stateWords,
} from './home.ts';
import type { K3dOptions } from './k3d/lifecycle.ts';
import { startKeptReplica, stopReplica } from './lifecycle.ts';

/** `npm run replica`: keeps a replica up, embedded or on a scratch cluster, and plants faults in it. */
interface Options {
  readonly config: string;
  readonly state: ReplicaState;
  readonly detach?: true;
  readonly on?: string;
  readonly down?: true;
  readonly plant?: string;
  readonly undo?: string;
  readonly faults?: true;
  readonly debug?: true;
}

/** A cluster that was begun is deleted within this, or else by the next --down. */
const undoMs = 60_000;

/** What a fault takes to be taken back, at the most: a consumer has to leave its group and come back. */
const takeBackMs = 120_000;

const program = new Command('npm run replica --')
  .description(
    'A replica of both systems, embedded (Kubernetes API, Kafka, MQTT, TimescaleDB and the programs between them) or, with --on, on a scratch cluster.',
  )
  .option('--config <file>', 'the migration as data', 'migration.yaml')
  .addOption(
    new Option('--state <state>', 'where in the plan it stands').choices(replicaStates).default('before-phase5'),
  )
  .option('--detach', 'return as soon as it serves, and leave it running')
  .option(
    '--on <kubeconfig>',
    'raise it on the scratch cluster of this kubeconfig instead, with real images; `k3d` makes one first, from k3d.yaml',
  )
  .option('--down', 'end the replica that runs, or remove the one that was raised on a cluster')
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
  const wrongCall = error instanceof ConfigError || error instanceof UsageError;
  return wrongCall || (error instanceof Error && error.name === 'NotScratch') ? exitUsage : 1;
}

async function run({ config, state, detach, on, down, plant, undo, faults }: Options): Promise<number> {
  if (down) return end(on);
  if (faults) return list();
  if (plant) return act('plant', plant, config);
  if (undo) return act('undo', undo, config);
  if (on) return raise(on, config, state);
  return start(config, state, detach === true);
}

async function start(config: string, state: ReplicaState, detach: boolean): Promise<number> {
  const running = await runningReplica();
  if (running) {
    console.log(`A replica (${running.state}) runs since ${running.startedAt}; npm run replica -- --down ends it.`);
    console.log(`export KUBECONFIG=${running.kubeconfig}`);
    return detach ? 0 : 1;
  }
  const timeScale = paceOf(loadMigration(config), 'embedded');
  const interrupted = interruption('no replica runs');
  const { passed, progress } = stopwatch();
  const replica = await startKeptReplica({
    state,
    timeScale,
    config: resolve(config),
    detached: detach,
    signal: interrupted,
    progress,
  }).catch((error: unknown) => {
    interrupted.throwIfAborted();
    throw error;
  });
  console.error(pc.green(`${passed()}  the replica serves, ${stateWords(state)}, ${timeScale} times life's pace`));
  console.log(`export KUBECONFIG=${replica.kubeconfig}`);
  console.error(pc.dim(`Flux applies ${gitopsRepository(replicaHome)}, branch main: git clone it, commit, push.`));
  if (detach) return 0;
  console.error(pc.dim('Ctrl-C ends it.'));
  const ended = await replica.ended;
  if (ended === 0) return 0;
  throw new Error(`the replica ended by itself (${ended}); its last words: ${join(replicaHome, 'replica.log')}`);
}

/** A cluster's replica is there until it is removed: nothing runs here meanwhile. */
async function raise(on: string, config: string, state: ReplicaState): Promise<number> {
  const running = await runningReplica();
  if (running)
    throw new Error(`an embedded replica runs since ${running.startedAt}: npm run replica -- --down ends it`);
  const { raiseReplica } = await import('./cluster/raise.ts');
  const { imagesFromEnvironment } = await import('./cluster/images.ts');
  const kind = on === 'k3d' ? 'k3d' : 'scratch';
  const timeScale = paceOf(loadMigration(config), kind);
  const interrupted = interruption(
    'no replica was raised; npm run replica -- --down removes what there is of it',
    undoMs,
  );
  const { passed, progress } = stopwatch();
  const kubeconfig = kind === 'k3d' ? await k3dCluster({ progress, signal: interrupted }) : on;
  const replica = await raiseReplica({
    kind,
    kubeconfig,
    config,
    state,
    images: imagesFromEnvironment(process.env),
    timeScale,
    progress,
    signal: interrupted,
  }).catch((error: unknown) => {
    interrupted.throwIfAborted();
    throw error;
  });
  const done = replica.raised
    ? `the replica serves, ${stateWords(state)}, ${timeScale} times life's pace`
    : 'a replica was there already';
  console.error(pc.green(`${passed()}  ${done}`));
  for (const standIn of replica.standIns) console.error(`stand-in: ${standIn}`);
  console.log(`export KUBECONFIG=${replica.kubeconfig}`);
  console.error(
    pc.dim(
      'npm run verify:phase1 judges it; npm run replica -- --faults lists what can be broken in it; npm run replica -- --down removes it.',
    ),
  );
  return 0;
}

async function k3dCluster(options: K3dOptions): Promise<string> {
  const { createCluster } = await import('./k3d/lifecycle.ts');
  return createCluster(options);
}

/** Lines of progress with the time since the start. */
function stopwatch() {
  const began = performance.now();
  const passed = () => duration((performance.now() - began) / 1000).padStart(11);
  return { passed, progress: (step: string) => console.error(pc.dim(`${passed()}  ${step}`)) };
}

async function end(on: string | undefined): Promise<number> {
  const record = await recordedClusterReplica();
  if (on === 'k3d' || (on === undefined && record?.kind === 'k3d')) return endK3d();
  if (record === undefined && on === undefined) {
    console.log(
      (await stopReplica()) ? 'The replica has ended.' : `No replica runs (none recorded in ${replicaHome}).`,
    );
    return 0;
  }
  const { removeReplica } = await import('./cluster/raise.ts');
  const interrupted = interruption('the replica is half removed; npm run replica -- --down goes on');
  const removed = await removeReplica({
    ...(on === undefined ? {} : { kubeconfig: on }),
    progress: stopwatch().progress,
    signal: interrupted,
  });
  console.log(removed ? 'The replica is removed.' : 'The cluster holds no replica.');
  return 0;
}

/** The cluster goes, and what is in it. */
async function endK3d(): Promise<number> {
  const { deleteCluster } = await import('./k3d/lifecycle.ts');
  const interrupted = interruption(
    'the k3d cluster may be half deleted; npm run replica -- --down --on k3d goes on',
    undoMs,
  );
  const deleted = await deleteCluster({ progress: stopwatch().progress, signal: interrupted });
  console.log(
    deleted ? 'The k3d cluster is deleted, and the replica with it.' : 'There is no k3d cluster of a replica.',
  );
  return 0;
}

async function list(): Promise<number> {
  const { faults } = await import('../scenarios/faults/all.ts');
  const planted = new Set(await plantedFaults());
  for (const fault of faults) {
    const mark = planted.has(fault.name) ? pc.red(' PLANTED') : '';
    console.log(
      `${pc.bold(fault.name)}${mark}\n    ${fault.title}\n    ${pc.dim(`turns ${[...fault.expects, ...(fault.obstructs ?? [])].join(', ')}${fault.embeddedOnly === undefined ? '' : '; embedded replica only'}`)}`,
    );
  }
  return 0;
}

async function plantedFaults(): Promise<string[]> {
  if (await runningReplica()) return (await callReplica<PlantedFault[]>('GET', 'faults')).map(({ name }) => name);
  if (await recordedClusterReplica()) return (await import('./cluster/planted.ts')).heldFaults();
  return [];
}

async function act(what: 'plant' | 'undo', name: string, config: string): Promise<number> {
  const { faultNamed } = await import('./fault-named.ts');
  faultNamed(name);
  if (await runningReplica()) {
    const method = what === 'plant' ? 'PUT' : 'DELETE';
    const { title } = await callReplica<PlantedFault>(method, `faults/${encodeURIComponent(name)}`);
    console.log(`${what === 'plant' ? 'Planted' : 'Taken back'}: ${title}`);
    return 0;
  }
  const record = await recordedClusterReplica();
  if (record === undefined) throw new UsageError('No replica runs: npm run replica -- --detach starts one.');
  const { holdFault, undoFault } = await import('./cluster/planted.ts');
  if (what === 'undo') {
    console.log(`Taken back: ${await undoFault(name)}`);
    return 0;
  }
  const planted = (title: string) =>
    console.log(`Planted: ${title}\nCtrl-C, or npm run replica -- --undo ${name}, takes it back.`);
  await holdFault(record, name, { config, signal: interruption('nothing is planted', takeBackMs), planted });
  console.log('Taken back.');
  return 0;
}
