import { historyStartMs } from './history/schedule.ts';
import type { HistoryState } from './history/state.ts';
import { consumingGroups, historySeeds } from './history/topics.ts';
import { redpanda, redpandaDataPath } from './kafka/program.ts';
import { brokerState, seedTopics, setBrokerFault } from './kafka/state.ts';
import type { KubeObject } from './kubernetes/object.ts';
import { appliedAt, migrationsOf } from './migrations.ts';
import { postgresProgram } from './postgres/program.ts';
import type { ContainerContext, Program } from './program.ts';
import { imageRepository, programFor } from './programs/catalog.ts';
import { prometheusProgram } from './programs/prometheus/program.ts';

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
  /** Resolves when every consumer group that this state has is stable. Throws naming those that are not in time. */
  consuming(withinMs: number): Promise<void>;
  /** Makes the broker accept connections and answer nothing, or lets it answer again. */
  pauseBroker(paused: boolean): void;
  /** Makes Prometheus accept connections and answer nothing, or lets it answer again. */
  silencePrometheus(silent: boolean): void;
  /** Stops or continues the database server whose database has this name. */
  freezeDatabase(database: string, frozen: boolean): Promise<void>;
}

export function replicaPrograms(options: ReplicaProgramsOptions): ReplicaPrograms {
  const { state, nowMs, timeScale, manifests, cacheDirectory } = options;
  const beganAt = new Date(historyStartMs(nowMs));
  let brokerVolume: Map<string, unknown> | undefined;
  const onBrokerLog = new Set<() => void>();

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
      const log = (line: string, at?: Date) => {
        context.log(line, at);
        for (const listener of [...onBrokerLog]) listener();
      };
      return redpanda.run({ ...context, log });
    },
  };

  const prometheus = prometheusProgram();
  const own: Readonly<Record<string, Program>> = {
    'redpandadata/redpanda': broker,
    'prom/prometheus': prometheus,
    postgres,
    'timescale/timescaledb': postgres,
  };

  return {
    programFor: (image, args) => programFor(image, args) ?? own[imageRepository(image)],
    // Every group that becomes stable is a line of the broker's log.
    consuming: (withinMs) =>
      new Promise((resolve, reject) => {
        const idle = () => {
          const groups = brokerVolume ? brokerState(brokerVolume).groups : new Map<string, { state: string }>();
          return consumingGroups(state).filter((group) => groups.get(group)?.state !== 'Stable');
        };
        const late = setTimeout(() => {
          onBrokerLog.delete(look);
          reject(new Error(`no consumer after ${withinMs / 1000} s in group ${idle().join(', ')}`));
        }, withinMs);
        const look = () => {
          if (idle().length > 0) return;
          clearTimeout(late);
          onBrokerLog.delete(look);
          resolve();
        };
        onBrokerLog.add(look);
        look();
      }),
    pauseBroker: (paused) => {
      if (brokerVolume) setBrokerFault(brokerVolume, paused ? 'pause' : undefined);
    },
    silencePrometheus: (silent) => prometheus.silence(silent),
    freezeDatabase: (database, frozen) => postgres.freeze(database, frozen),
    [Symbol.asyncDispose]: () => postgres[Symbol.asyncDispose](),
  };
}
