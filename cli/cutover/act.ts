import { hostname } from 'node:os';
import { type StateCapture, stateCaptureEntry } from '../../helpers/capture/schema.ts';
import type { Owner } from '../../helpers/cluster/observed.ts';
import { observeOwners } from '../../helpers/cluster/owners.ts';
import { observeTemplates } from '../../helpers/cluster/templates.ts';
import { cutoverWorkloads } from '../../helpers/config/old-system.ts';
import type { Migration } from '../../helpers/config/schema.ts';
import { type CutoverEntry, cutoverEntry } from '../../helpers/cutover/schema.ts';
import { type Present, type Step, type Steps, stepWords } from '../../helpers/cutover/steps.ts';
import { observeUser } from '../../helpers/doctor/observe/permissions.ts';
import { appendEntry, type Ledger, readLedger } from '../../helpers/ledger/ledger.ts';
import type { Target } from '../../helpers/target/target.ts';
import { confirm } from '../acts/confirm.ts';
import { type ClusterLock, lockCluster } from '../acts/lock.ts';
import type { ActOptions } from '../acts/options.ts';
import type { ActTarget } from '../acts/target.ts';
import { UsageError } from '../usage-error.ts';
import { perform } from './perform.ts';

export interface Act {
  readonly action: CutoverEntry['action'];
  /** What there is to do, by the capture and the cluster as it is. */
  readonly steps: (capture: StateCapture, present: Present, migration: Migration) => Steps;
  readonly newStopped: boolean;
  /** What to run when it was broken off: to go on, and to go back. */
  readonly onward: string;
  readonly back: string;
  /** What to run when it is done. */
  readonly next: string;
}

/**
 * Shows what is to be done, asks, and does it under the cluster's lock; the ledger learns of it before the first change
 * and after the last, so that no kill leaves a change that nothing tells of.
 *
 * @returns the exit code, 0
 * Throws `UsageError` (64) for what is refused, with nothing done; what a step threw, after saying what was done by then.
 */
export async function act(target: ActTarget, options: ActOptions, what: Act, signal: AbortSignal): Promise<number> {
  const { migration, connections } = target;
  const cluster = await connections.target();
  const { file, ledger, capture } = await captured(target);
  const steps = await stepsNow(cluster, capture, migration, what);
  say(`${what.action} of ${cluster.context} (${cluster.server}), by the state captured at ${capture.at}:`);
  for (const step of steps) say(`  ${stepWords(step)}`);
  const last = ledger.entries(cutoverEntry).at(-1);
  if (steps.length === 0 && last?.action === what.action && last.doneAt !== undefined) {
    // Noted anew it would begin the days of observation anew.
    say(`  nothing: it is so since ${last.doneAt}, by ${last.by}\nnext: ${what.next}`);
    return 0;
  }
  if (steps.length === 0) say('  nothing: it is so already, and is to be noted as such');
  if (options.dryRun) return 0;
  await confirm({ context: cluster.context, yes: options.yes, signal });
  const { offsetSeconds } = await connections.clock();
  const now = () => new Date(Date.now() + offsetSeconds * 1000);
  await using lock = await lockCluster(cluster.kubeConfig, what.action, now);
  const again = await stepsNow(cluster, capture, migration, what);
  if (JSON.stringify(again) !== JSON.stringify(steps))
    throw new UsageError('the cluster has changed since this was shown: nothing was done; run it again');
  // Awaited here: the lock is given back when this scope ends.
  return await taken(target, { steps, capture, file, what, lock, now }, signal);
}

export interface Captured {
  /** Path of the ledger. */
  readonly file: string;
  readonly ledger: Ledger;
  readonly capture: StateCapture;
}

/** The state that was captured last. Throws `UsageError` where there is none, or none of this cluster. */
export async function captured(target: ActTarget): Promise<Captured> {
  const file = await target.ledgerFile();
  const ledger = await readLedger(file);
  const capture = ledger.entries(stateCaptureEntry).at(-1);
  if (capture === undefined)
    throw new UsageError(
      `${file} holds no captured state, and without one nothing can be put back: npm run state:capture`,
    );
  if (capture.cluster !== (await target.connections.clusterUid()))
    throw new UsageError(`the captured state is of another cluster (${capture.cluster}): nothing was done`);
  return { file, ledger, capture };
}

/** What there is to do, by the captured state and the cluster as it is. Throws `UsageError` with why there can be nothing. */
export async function stepsNow(
  cluster: Target,
  capture: StateCapture,
  migration: Migration,
  what: Pick<Act, 'steps'>,
): Promise<readonly Step[]> {
  const found = what.steps(capture, await present(cluster, capture, migration), migration);
  if ('steps' in found) return found.steps;
  throw new UsageError(`${found.refused.join('\n')}\nNothing was done.`);
}

async function present(cluster: Target, capture: StateCapture, migration: Migration): Promise<Present> {
  const namespaces = [...cutoverWorkloads(migration), ...Object.values(migration.new.connect)].map(
    ({ namespace }) => namespace,
  );
  const templates = await Promise.all(
    [...new Set(namespaces)].map((namespace) => observeTemplates(cluster, namespace)),
  );
  const wanted = cutoverWorkloads(migration);
  const isWanted = (each: { kind: string; namespace: string; name: string }) =>
    wanted.some(
      ({ kind, namespace, name }) => kind === each.kind && namespace === each.namespace && name === each.name,
    );
  const owners = [
    ...templates
      .flat()
      .filter(isWanted)
      .flatMap(({ owner }) => owner ?? []),
    ...capture.workloads.filter(isWanted).flatMap(({ owner }) => owner ?? []),
    ...migration.gitops.kustomizations.map((name) => ({ namespace: migration.gitops.namespace, name })),
  ];
  const distinct = [...new Map(owners.map((owner) => [ownerName(owner), owner])).values()];
  return { templates: templates.flat(), owners: await observeOwners(cluster, distinct) };
}

interface Taking {
  readonly steps: readonly Step[];
  readonly capture: StateCapture;
  readonly file: string;
  readonly what: Act;
  readonly lock: ClusterLock;
  /** The time on the API server's clock. */
  readonly now: () => Date;
}

async function taken(
  target: ActTarget,
  { steps, capture, file, what, lock, now }: Taking,
  signal: AbortSignal,
): Promise<number> {
  const cluster = await target.connections.target();
  const at = now().toISOString();
  const finished: { step: Step; at: string }[] = [];
  const entry = {
    kind: 'cutover' as const,
    action: what.action,
    at,
    cluster: capture.cluster,
    context: cluster.context,
    by: await actor(cluster),
    capturedAt: capture.at,
    newStopped: what.newStopped,
  };
  const note = (doneAt?: string) =>
    appendEntry(file, cutoverEntry, { ...entry, ...(doneAt === undefined ? {} : { doneAt }), ...changes(finished) });
  let underWay: Step | undefined;
  await note();
  try {
    await perform(steps, {
      target: cluster,
      lock,
      signal,
      begins: (step) => {
        underWay = step;
        say(`${stepWords(step)} …`);
      },
      done: (step) => {
        underWay = undefined;
        finished.push({ step, at: now().toISOString() });
      },
    });
  } catch (error) {
    if (finished.length > 0) await note();
    brokenOff({ steps, done: finished.map(({ step }) => step), underWay }, what);
    throw error;
  }
  await note(now().toISOString());
  say(`done, and noted in ${file}\nnext: ${what.next}`);
  return 0;
}

/** Who acts, as the API server knows them, from which machine. */
export async function actor(cluster: Target): Promise<string> {
  return `${await observeUser(cluster)} on ${hostname()}`;
}

function changes(finished: readonly { step: Step; at: string }[]): Pick<CutoverEntry, 'scaled' | 'owners'> {
  return {
    scaled: finished.flatMap(({ step, at }) =>
      step.do === 'scale' ? [{ ...step.workload, from: step.from, to: step.to, at }] : [],
    ),
    owners: finished.flatMap(({ step }) => (step.do === 'scale' ? [] : [ownerName(step.owner)])),
  };
}

interface BrokenOff {
  readonly steps: readonly Step[];
  readonly done: readonly Step[];
  /** Begun and not seen to have worked. */
  readonly underWay: Step | undefined;
}

/** Exactly what was done and what was not; a step that was under way may have had its effect. */
function brokenOff({ steps, done, underWay }: BrokenOff, { action, onward, back }: Act): void {
  const rest = steps.slice(done.length + (underWay === undefined ? 0 : 1));
  const lines = [
    `${action} was broken off.`,
    ...(done.length === 0 ? ['done: nothing'] : ['done:', ...done.map((step) => `  ${stepWords(step)}`)]),
    ...(underWay === undefined ? [] : [`perhaps done: ${stepWords(underWay)}`]),
    ...(rest.length === 0 ? [] : ['not done:', ...rest.map((step) => `  ${stepWords(step)}`)]),
    `to go on: ${onward}`,
    `to go back: ${back}`,
  ];
  process.stderr.write(`${lines.join('\n')}\n`);
}

function ownerName({ namespace, name }: Owner): string {
  return `${namespace}/${name}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
