import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin, Kafka } from 'kafkajs';
import { type ClockOffset, observeApiClock } from '../cluster/clock.ts';
import { observeClusterId } from '../cluster/id.ts';
import type { DatabaseConfig, Migration, TargetConfig } from '../config/schema.ts';
import { connectTarget } from '../target/connect.ts';
import { readCredentials } from '../target/credentials.ts';
import { connectKafka, type KafkaConnection } from '../target/dial/kafka.ts';
import { connectPostgres, type Database } from '../target/dial/postgres.ts';
import { throughReplacement } from '../target/dial/replacement.ts';
import { TargetConfigError } from '../target/kubeconfig.ts';
import type { Target } from '../target/target.ts';
import { Unobservable } from '../unobservable.ts';
import { once, onceEach } from './once.ts';

/** A goodbye to what no longer answers is not waited for. */
const closeWithinMs = 2000;

/**
 * The connections of one run: each is made when it is first asked for, shared from then on, and closed at the end. One
 * that could not be made is not tried again in the run: only the first who asks waits for the deadline.
 */
export interface Connections extends AsyncDisposable {
  /** The target, after its API server has answered. */
  target(): Promise<Target>;
  /** The API server's clock against this machine's. */
  clock(): Promise<ClockOffset>;
  kafka(): Promise<{ readonly kafka: Kafka; readonly admin: Admin }>;
  /** A database of the new system by its name in migration.yaml. */
  database(name: string): Promise<Database>;
  /** The old system's database. */
  oldDatabase(): Promise<Database>;
  /** The UID of the namespace kube-system, which no other cluster has. */
  clusterUid(): Promise<string>;
}

export function connections(
  migration: Migration,
  config: TargetConfig,
  targetName: string,
  env: NodeJS.ProcessEnv,
): Connections {
  const closing: (() => Promise<void>)[] = [];

  const reached = once(async () => {
    const target = await connect();
    closing.push(() => target.close());
    return { target, clock: await observeApiClock(target) };
  });

  const connect = async () => {
    try {
      const connectDeadlineSeconds = migration.run.connectDeadline;
      return await connectTarget(config, targetName, { env, connectDeadlineSeconds });
    } catch (error) {
      // The command line finds this out before any spec runs, unless the kubeconfig went away in between.
      if (error instanceof TargetConfigError)
        throw new Unobservable('unauthorized', error.message, { hint: error.hint });
      throw error;
    }
  };

  const kafka = once(async () => {
    const { target } = await reached();
    const { namespace, service } = migration.new.kafka;
    const what = `Kafka at ${namespace}/${service}`;
    const connection = connectKafka(target, migration.new.kafka);
    const admin = await throughReplacement(migration.run.connectDeadline, () => connectAdmin(connection, what));
    closing.push(() => admin.disconnect());
    return { kafka: connection.kafka, admin };
  });

  const database = onceEach(async (name: string) => {
    const place = migration.new.databases[name];
    if (place === undefined) throw new Error(`migration.yaml has no database ${name}`);
    return open(place);
  });

  const open = async (place: DatabaseConfig) => {
    const { target } = await reached();
    const credential = migration.credentials[place.credentials];
    if (credential === undefined) throw new Error(`migration.yaml has no credentials ${place.credentials}`);
    const opened = await connectPostgres(
      target,
      place,
      await readCredentials(target.kube, credential, place.credentials, env),
    );
    closing.push(() => opened.close());
    return opened;
  };

  return {
    target: async () => (await reached()).target,
    clock: async () => (await reached()).clock,
    kafka,
    database,
    oldDatabase: once(() => open(migration.old.database)),
    clusterUid: once(async () => observeClusterId((await reached()).target)),
    async [Symbol.asyncDispose]() {
      // The last first: what runs through the target's tunnels says goodbye before they close.
      for (const close of closing.reverse()) {
        await Promise.race([close().catch(() => {}), sleep(closeWithinMs, undefined, { ref: false })]);
      }
    },
  };
}

async function connectAdmin(connection: KafkaConnection, what: string): Promise<Admin> {
  const admin = connection.kafka.admin();
  try {
    await admin.connect();
    return admin;
  } catch (error) {
    await admin.disconnect().catch(() => {});
    throw connection.unobservable(error, what);
  }
}
