import { join, resolve } from 'node:path';
import { Command } from 'commander';
import pc from 'picocolors';
import { Interrupted, interruption } from '../../cli/interruption.ts';
import { exitUsage } from '../../cli/usage-error.ts';
import { loadMigration } from '../../helpers/config/load.ts';
import { gitopsRepository, type ReplicaState } from '../../replica/home.ts';
import { startOwnReplica } from '../../replica/lifecycle.ts';
import { openFaultTarget } from '../faults/open-target.ts';
import type { ScenarioTable } from './record.ts';
import { Stage } from './stage.ts';
import { Steps } from './steps.ts';

export interface Scenario {
  /** As in `npm run scenario:NAME`. */
  readonly name: string;
  /** What it shows, in words. */
  readonly title: string;
  /** Where in the plan its replica stands when it begins. */
  readonly state: ReplicaState;
}

const root = resolve(import.meta.dirname, '..', '..');
const config = join(root, 'migration.yaml');
const timeScale = 30;
/** What was planted has to be taken back, and workloads have to be up again. */
const farewellMs = 180_000;

/**
 * Plays a scenario and ends the process: exit code 0 when everything came as it has to, 1 when not. `story` returns the
 * verdict in one line.
 */
export async function play(scenario: Scenario, story: (stage: Stage) => Promise<string>): Promise<never> {
  const { name, title, state } = scenario;
  new Command(`npm run scenario:${name}`)
    .description(`${title}. Played on a replica of its own.`)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : exitUsage))
    .parse();
  const signal = interruption('the scenario was not played to its end', farewellMs);
  const began = performance.now();
  console.log(`${pc.bold(name)}: ${title}`);
  const steps = new Steps((line) => console.log(line));
  const tables: ScenarioTable[] = [];
  let verdict: string;
  let passed = false;
  try {
    const own = await steps.take(`a replica that stands ${state.replace('-', ' ')}`, () =>
      startOwnReplica({ state, timeScale, byHand: true, progress: () => {}, signal }),
    );
    try {
      const { kubeconfig } = own;
      await using replica = await openFaultTarget({
        kubeconfig,
        context: 'embedded',
        timeScale,
        migration: loadMigration(config),
        gitdir: gitopsRepository(resolve(kubeconfig, '..')),
      });
      const out = join(root, 'reports', 'out', 'scenarios', name);
      verdict = await story(new Stage({ replica, kind: 'embedded', steps, out, signal, tables }));
      passed = true;
    } finally {
      await own.stop();
    }
  } catch (error) {
    verdict = error instanceof Error ? error.message : String(error);
  }
  const seconds = (performance.now() - began) / 1000;
  console.log(`${passed ? pc.green('PASS') : pc.red('FAIL')} ${name} in ${seconds.toFixed(1)} s: ${verdict}`);
  process.exit(signal.reason instanceof Interrupted ? signal.reason.exitCode : passed ? 0 : 1);
}
