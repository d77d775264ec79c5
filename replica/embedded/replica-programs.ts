import { historyStartMs } from './history/schedule.ts';
import type { HistoryState } from './history/state.ts';
import { historySeeds } from './history/topics.ts';
import { redpanda, redpandaDataPath } from './kafka/program.ts';
import { seedTopics, setBrokerFault } from './kafka/state.ts';
import type { KubeObject } from './kubernetes/object.ts';
import { appliedAt, migrationsOf } from './migrations.ts';
import { postgresProgram } from './postgres/program.ts';
import type { ContainerContext, Program } from './program.ts';
import { imageRepository, programFor } from './programs/catalog.ts';

export interface ReplicaProgramsOptions {
  readonly state: HistoryState;
  readonly nowMs: number;
  readonly timeScale: number;
  readonly manifests: readonly KubeObject[];
  readonly cacheDirectory: string;
}

/** Every program of the replica, those that keep data with eight days of it. Disposing it ends the database processes. */
export interface ReplicaPrograms extends AsyncDisposable {
  programFor(image: string, args: readonly string[]): Program | undefined;
  /** Makes the broker accept connections and answer nothing, or lets it answer again. */
  pauseBroker(paused: boolean): void;
  /** Stops or continues the database server whose database has this name. */
  freezeDatabase(database: string, frozen: boolean): Promise<void>;
}

export function replicaPrograms(options: ReplicaProgramsOptions): ReplicaPrograms {
  const { state, nowMs, timeScale, manifests, cacheDirectory } = options;
  const beganAt = new Date(historyStartMs(nowMs));
  let brokerVolume: Map<string, unknown> | undefined;

  const postgres = postgresProgram({
    cacheDirectory,
    birth: ({ namespace }) => {
      const migrations = migrationsOf(manifests, namespace);
      return {
        sql: migrations,
        sqlAtStart: migrations.length > 0 ? [appliedAt(beganAt)] : [],
        history: { state, nowMs, timeScale },
      };
    },
  });

  const broker: Program = {
    ...redpanda,
    run(context: ContainerContext) {
      const volume = context.volume(redpandaDataPath);
      if (volume.size === 0) seedTopics(volume, historySeeds({ state, nowMs, timeScale }));
      brokerVolume = volume;
      return redpanda.run(context);
    },
  };

  const own: Readonly<Record<string, Program>> = {
    'redpandadata/redpanda': broker,
    postgres,
    'timescale/timescaledb': postgres,
  };

  return {
    programFor: (image, args) => programFor(image, args) ?? own[imageRepository(image)],
    pauseBroker: (paused) => {
      if (brokerVolume) setBrokerFault(brokerVolume, paused ? 'pause' : undefined);
    },
    freezeDatabase: (database, frozen) => postgres.freeze(database, frozen),
    [Symbol.asyncDispose]: () => postgres[Symbol.asyncDispose](),
  };
}
