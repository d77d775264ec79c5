import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { once } from '../helpers/spec/once.ts';
import { type FaultHooks, isHookName } from './embedded/fault-hooks.ts';
import type { LocalRequest, Routes } from './embedded/kubernetes/http/local-routes.ts';
import { badRequest } from './embedded/kubernetes/status.ts';
import { type EmbeddedReplica, startEmbeddedReplica } from './embedded/replica.ts';
import type { FaultKeeper } from './fault-keeper.ts';
import {
  cacheDirectory,
  forgetReplica,
  gitopsRepository,
  type ReplicaState,
  recordReplica,
  writeWhole,
} from './home.ts';
import type { ReplicaEvent } from './lifecycle.ts';

/** The process of an embedded replica. It ends on SIGTERM, and with the process that started it unless it is to be kept. */
interface Orders {
  readonly home: string;
  readonly state: ReplicaState;
  readonly timeScale: number;
  /** True for the replica that `npm run replica` keeps up: others find it by its record. */
  readonly keep: boolean;
  /** True where an operator takes the backup and captures the state. */
  readonly byHand: boolean;
  /** True for one that outlives who started it. */
  readonly detached: boolean;
  /** Path of migration.yaml: what faults are planted in. */
  readonly config: string;
}

function tell(event: ReplicaEvent): void {
  if (process.connected) process.send?.(event);
}

async function main({ home, state, timeScale, keep, byHand, detached, config }: Orders): Promise<void> {
  const ending = endOrders(detached, () => tidy(home, keep));
  const kubeconfig = join(home, 'kubeconfig');
  const progress = (step: string) => tell({ type: 'progress', step });
  await using running = new AsyncDisposableStack();
  // Last, when all has ended: whoever waits for the end looks for the record.
  running.defer(() => tidy(home, keep));
  const keeper = (hooks: FaultHooks) =>
    faultKeeper({ kubeconfig, timeScale, config, hooks, gitdir: gitopsRepository(home) }, running);
  // Whoever reads the ledger asks for it first; its code is loaded then.
  const backedUp = once(async () => {
    if (byHand) return {};
    await pastWritten();
    const { backupReplica } = await import('../cli/backup/replica-backup.ts');
    await backupReplica(kubeconfig, config, new AbortController().signal);
    return {};
  });
  const pastWritten = once(async () => {
    const { writePast } = await import('./past/write.ts');
    await writePast({
      kind: 'embedded',
      kubeconfig,
      config,
      directory: join(home, 'ledger'),
      isCaptured: !byHand,
      state,
      timeScale,
      nowMs: (await started).nowMs,
    });
    return {};
  });
  const { promise: started, resolve: hasStarted } = Promise.withResolvers<EmbeddedReplica>();
  const replica = running.use(
    await startEmbeddedReplica({
      state,
      timeScale,
      cacheDirectory,
      gitdir: gitopsRepository(home),
      progress,
      routes: (hooks) => ({
        ...faultRoutes(keeper(hooks)),
        ledger: async () => pastWritten(),
        backup: async () => backedUp(),
      }),
    }),
  );
  await writeWhole(kubeconfig, replica.kubeconfig);
  hasStarted(replica);
  const startedAt = new Date().toISOString();
  if (keep) await recordReplica({ pid: process.pid, state, startedAt, kubeconfig, url: replica.url }, home);
  tell({ type: 'serving', kubeconfig });
  await ending.afterServing();
}

/** Forgets a replica that others could find; of one that its starter alone knew, and who may be dead, the whole home goes. */
function tidy(home: string, keep: boolean): void {
  if (keep) forgetReplica(home);
  else rmSync(home, { recursive: true, force: true });
}

/** A goodbye that takes longer is not waited for: what was planted goes with the replica anyhow. */
const farewellMs = 4_000;

/**
 * Listens from the start on for what ends the replica: SIGTERM, and that who started it has gone. Before it serves it
 * ends there and then, its databases with it; one that is to outlive its starter does so from when it serves.
 */
function endOrders(detached: boolean, tidy: () => void): { afterServing(): Promise<void> } {
  const told = Promise.withResolvers<void>();
  let serves = false;
  const leave = () => {
    tidy();
    process.exit(1);
  };
  const end = () => {
    if (!serves) leave();
    setTimeout(leave, farewellMs).unref();
    told.resolve();
  };
  process.once('SIGTERM', end);
  process.once('disconnect', () => {
    if (!serves || !detached) end();
  });
  return {
    afterServing() {
      serves = true;
      return told.promise;
    },
  };
}

/** The faults' code is loaded when the first is asked for: a replica that is only looked at does without it. */
function faultKeeper(
  options: Omit<ConstructorParameters<typeof FaultKeeper>[0], 'hooks'> & { hooks: FaultHooks },
  scope: AsyncDisposableStack,
) {
  const hooks = {
    set: (name: string) => options.hooks.set(hookNamed(name)),
    clear: (name: string) => options.hooks.clear(hookNamed(name)),
  };
  let keeper: Promise<FaultKeeper> | undefined;
  return () => {
    keeper ??= import('./fault-keeper.ts').then(({ FaultKeeper }) => scope.use(new FaultKeeper({ ...options, hooks })));
    return keeper;
  };
}

function hookNamed(name: string) {
  if (!isHookName(name)) throw new Error(`the embedded replica has no switch ${name}`);
  return name;
}

function faultRoutes(keeper: () => Promise<FaultKeeper>): Routes {
  return {
    faults: async ({ method, path: [name] }: LocalRequest) => {
      const faults = await keeper();
      if (name === undefined) return faults.list();
      try {
        return await (method === 'DELETE' ? faults.undo(name) : faults.plant(name));
      } catch (error) {
        throw badRequest(error instanceof Error ? error.message : String(error));
      }
    },
  };
}

// Ctrl-C reaches the whole process group; the process that started this one decides when it ends.
process.on('SIGINT', () => {});
process.once('message', (orders: Orders) => {
  main(orders).then(
    () => process.exit(0),
    (error: unknown) => {
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      tell({ type: 'failed', error: message, stack });
      process.exit(1);
    },
  );
});
