import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import pc from 'picocolors';
import { Interrupted, interruption } from '../../cli/interruption.ts';
import { exitUsage, UsageError } from '../../cli/usage-error.ts';
import { duration } from '../../helpers/time-words.ts';
import type { ReplicaState } from '../../replica/home.ts';
import { joined } from './flows.ts';
import { type Ground, openGround } from './ground.ts';
import type { ScenarioRecord, ScenarioTable, StreamFlow } from './record.ts';
import { Stage } from './stage.ts';
import { Steps } from './steps.ts';
import { writeTimeline } from './write.ts';

export interface Scenario {
  /** As in `npm run scenario:NAME`. */
  readonly name: string;
  /** What it shows, in words. */
  readonly title: string;
  /** Where in the plan its replica stands when it begins. */
  readonly state: ReplicaState;
}

interface Options {
  readonly kubeconfig?: string;
  readonly on?: string;
  readonly config?: string;
  readonly out: string;
}

const projectConfig = resolve(import.meta.dirname, '..', '..', 'migration.yaml');

/** What was planted has to be taken back, and workloads have to be up again. */
const farewellMs = 240_000;

/**
 * Plays a scenario and ends the process: exit code 0 when everything came as it has to, 1 when not, 64 for a wrong call,
 * 128 and its number for a signal. `story` returns the verdict in one line.
 */
export async function play(scenario: Scenario, story: (stage: Stage) => Promise<string>): Promise<never> {
  const { name, title } = scenario;
  const options = new Command(`npm run scenario:${name} --`)
    .description(`${title}. Played on a replica of its own unless told otherwise.`)
    .option('--kubeconfig <file>', 'play it on the embedded replica of this kubeconfig, and put that back as it was')
    .addOption(
      new Option('--on <kubeconfig>', 'play it on replicas raised for it on this scratch cluster').conflicts(
        'kubeconfig',
      ),
    )
    .option('--config <file>', 'the migration as data, for every command')
    .option('--out <dir>', 'where its timeline goes', join('reports', 'out', 'scenarios'))
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : exitUsage))
    .parse()
    .opts<Options>();
  const signal = interruption('the scenario was not played to its end', farewellMs);
  console.log(`${pc.bold(name)}: ${title}`);
  const out = resolve(options.out, name);
  const { record, error } = await perform(scenario, story, { ...options, out }, signal);
  const seconds = (Date.parse(record.finishedAt) - Date.parse(record.startedAt)) / 1000;
  const word = record.passed ? pc.green('PASS') : pc.red('FAIL');
  console.log(`${word} ${name} in ${duration(seconds)}: ${record.verdict}`);
  const page = await writeTimeline(record, out).catch((failed: Error) => `could not be written: ${failed.message}`);
  console.log(pc.dim(`timeline ${page}`));
  if (signal.reason instanceof Interrupted) process.exit(signal.reason.exitCode);
  process.exit(record.passed ? 0 : error instanceof UsageError ? exitUsage : 1);
}

async function perform(
  { name, title, state }: Scenario,
  story: (stage: Stage) => Promise<string>,
  { kubeconfig, on, config, out }: Options,
  signal: AbortSignal,
): Promise<{ readonly record: ScenarioRecord; readonly error: unknown }> {
  const startedAt = new Date().toISOString();
  const steps = new Steps((line) => console.log(line));
  const tables: ScenarioTable[] = [];
  const flows: StreamFlow[] = [];
  const open = { ground: undefined as Ground | undefined };
  const close = async () => {
    const { ground } = open;
    open.ground = undefined;
    flows.push(...((await ground?.close()) ?? []));
  };
  const enter = async (there: ReplicaState, given?: string) => {
    await close();
    const ground = await openGround({
      ...{ name, state: there, config: config ?? projectConfig, steps, signal },
      ...(given === undefined ? {} : { kubeconfig: given }),
      ...(on === undefined ? {} : { on }),
    });
    open.ground = ground;
    const later = kubeconfig === undefined ? enter : undefined;
    return new Stage({ ground, steps, out, signal, tables, later, config: config ?? projectConfig });
  };
  let verdict = '';
  let error: unknown;
  try {
    verdict = await story(await enter(state, kubeconfig));
  } catch (thrown) {
    // What was cut off says what it came upon, and not why.
    error = signal.aborted ? signal.reason : thrown;
  }
  try {
    await close();
  } catch (thrown) {
    error ??= thrown;
  }
  const passed = error === undefined;
  // What was thrown first, not what could not be taken back because of it.
  while (error instanceof SuppressedError) error = error.suppressed;
  const why = error instanceof Error ? error.message : String(error);
  const record = {
    ...{ name, title, passed, startedAt, finishedAt: new Date().toISOString() },
    verdict: passed ? verdict : (why.split('\n', 1)[0] ?? ''),
    ...{ steps: steps.taken, flows: joined(flows), tables },
  };
  return { record, error };
}
