import type { Migration } from '../config/schema.ts';
import type { Target } from '../target/target.ts';
import { type Discovery, draftCredentials, oldCredentials } from './draft.ts';
import { type Fact, factValue, unknown } from './fact.ts';
import { Marked } from './marked.ts';
import { type DatabaseMeasure, measureBroker, measureDatabase, measureOldTables, type OldTable } from './measure.ts';
import { type Beside, observeBeside, observeKustomizations, observeStack } from './stack.ts';
import { storedRows } from './stored-rows.ts';
import { databaseOf, type FoundDatabase, findSystems, type Systems } from './systems.ts';

export interface DiscoverOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Told what is being looked at. */
  readonly progress: (step: string) => void;
}

/**
 * Looks for the pipeline in a cluster: workloads and stream files first, then, by what these name, broker and databases
 * through tunnels. Reads only; of Secrets the names, and the values of those alone that look made for a reader.
 * Throws `Unobservable` when workloads and Services cannot be listed; whatever else cannot be seen is told in its place.
 */
export async function discover(target: Target, { env, progress }: DiscoverOptions): Promise<Discovery> {
  progress('workloads, Services and stream files');
  const stack = await observeStack(target);
  const systems = findSystems(stack);
  progress('what lies beside the databases, and Flux');
  const services = [systems.mqtt, ...systems.databases.map(({ service }) => service)].flatMap(
    (fact) => factValue(fact) ?? [],
  );
  const old = systems.old.database?.service;
  const namespaces = [...new Set([...services, ...(old ? [old] : [])].map(({ namespace }) => namespace))];
  const [beside, kustomizations] = await Promise.all([
    Promise.all(namespaces.map((namespace) => observeBeside(target, namespace))),
    observeKustomizations(target),
  ]);
  progress('topics and their records, tables and their rows of a day');
  const kafka = factValue(systems.kafka);
  const topics = [...new Set(systems.streams.map(({ topic }) => topic))];
  const [broker, oldTables, databases] = await Promise.all([
    kafka === undefined ? unknown('the broker was not found') : measureBroker(target, kafka, topics),
    measuredOld(target, systems, beside, env),
    Promise.all(systems.databases.map(async (database) => measured(target, database, systems, beside, env))),
  ]);
  return { stack, systems, beside, kustomizations, broker, oldTables, databases: new Map(databases) };
}

async function measured(
  target: Target,
  database: FoundDatabase,
  systems: Systems,
  beside: readonly Beside[],
  env: NodeJS.ProcessEnv,
): Promise<readonly [string, Fact<DatabaseMeasure>]> {
  const { name } = database;
  const service = factValue(database.service);
  if (service === undefined) return [name, unknown('its Service was not found')];
  const questions = systems.streams
    .filter(({ sink }) => databaseOf(sink, systems) === name)
    .map((stream) => {
      const { table, time, device, where, columns } = storedRows(stream, systems.streams);
      const given = { time: factValue(time), device: factValue(device), where: factValue(where) ?? {} };
      return { stream: stream.name, table, columns, ...given };
    });
  const place = { ...service, database: database.database, credentials: name };
  return [name, await measureDatabase(target, place, credentialOf(name, systems, beside), questions, env)];
}

async function measuredOld(
  target: Target,
  systems: Systems,
  beside: readonly Beside[],
  env: NodeJS.ProcessEnv,
): Promise<Fact<readonly OldTable[]>> {
  const found = systems.old.database;
  if (found?.database === undefined) return unknown('the old database was not found');
  const place = { ...found.service, database: found.database, credentials: oldCredentials };
  return measureOldTables(target, place, credentialOf(oldCredentials, systems, beside), env);
}

/** As the draft names it. A Secret that would have to be made first is not asked for. */
function credentialOf(name: string, systems: Systems, beside: readonly Beside[]): Migration['credentials'][string] {
  const { secret, env } = draftCredentials({ systems, beside })[name] as {
    readonly secret?: { namespace: string; name: unknown; username: string; password: string };
    readonly env: { username: string; password: string };
  };
  if (!(secret?.name instanceof Marked) || secret.name.kind === 'unknown') return { env };
  return { env, secret: { ...secret, name: String(secret.name.value) } };
}
