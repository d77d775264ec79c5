import { observeApiClock } from '../cluster/clock.ts';
import { observeClusterId } from '../cluster/id.ts';
import type { Migration } from '../config/schema.ts';
import type { Target } from '../target/target.ts';
import { needs } from './needs.ts';
import { observeConnect } from './observe/connect.ts';
import { databasePlaces, observeDatabase } from './observe/database.ts';
import { observeKafka } from './observe/kafka.ts';
import { lookWithin } from './observe/look.ts';
import { observeMqtt } from './observe/mqtt.ts';
import { mayDoAll, observePermissions, observeUser } from './observe/permissions.ts';
import { observeServices } from './observe/services.ts';
import { observeNamed } from './observe/workloads.ts';
import type { ClockReading, Examination, Sights } from './observed.ts';

/** Added to a connection's own deadline, so that its own words come before ours. */
const graceSeconds = 1;
/**
 * How many deadlines one look may take: an API server that throttles is asked again for as long, and behind a slow link
 * a look at a broker or a database is several answers in a row, each within its own deadline.
 */
const patience = 2;
/** What cannot be asked for its version is not asked for anything else. */
const deadKinds: readonly string[] = ['unreachable', 'timeout', 'unauthorized', 'throttled', 'unsupported'];

/**
 * Looks at everything that verify needs of a target, at once, and says of each thing what was seen or why nothing was.
 * Ends within three of `run.connectDeadline` and a little, whatever does not answer; within four when the API server
 * throttles. It writes nothing: its only POSTs are questions to the API server about this user.
 */
export async function examine(target: Target, migration: Migration, env: NodeJS.ProcessEnv): Promise<Examination> {
  const startedAt = new Date().toISOString();
  const deadline = migration.run.connectDeadline;
  const api = await lookWithin(deadline * patience + graceSeconds)('the API server', () => observeApiClock(target));
  const isDead = 'unseen' in api && deadKinds.includes(api.unseen.kind);
  const clock = 'seen' in api ? api.seen : { offsetSeconds: 0, uncertaintySeconds: 0 };
  const sights = isDead
    ? undefined
    : await observeAll(target, migration, env, deadline * patience + graceSeconds, clock);
  return { startedAt, finishedAt: new Date().toISOString(), api, sights };
}

async function observeAll(
  target: Target,
  migration: Migration,
  env: NodeJS.ProcessEnv,
  seconds: number,
  clock: ClockReading,
): Promise<Sights> {
  const look = lookWithin(seconds);
  const { namespace, service, port } = migration.new.mqtt;
  const [user, cluster, kubernetes, permissions, all, workloads, services, login, kafka, databases, connect] =
    await Promise.all([
      look('who this user is', () => observeUser(target)),
      look('which cluster this is', () => observeClusterId(target)),
      look('the version of Kubernetes', async () => (await target.kube.version.getCode()).gitVersion),
      observePermissions(target, look, needs(migration, env)),
      look('permissions', () => mayDoAll(target)),
      observeNamed(target, look, migration),
      observeServices(target, look, migration),
      look(`MQTT on ${namespace}/${service}:${port}`, () => observeMqtt(target, migration, env)),
      observeKafka(target, look, migration, clock),
      Promise.all(databasePlaces(migration).map((place) => observeDatabase(target, look, migration, place, env))),
      Promise.all(
        Object.entries(migration.new.connect).map(([name, config]) => observeConnect(target, look, name, config)),
      ),
    ]);
  const mqtt = { service: { namespace, service, port }, login };
  return {
    user,
    cluster,
    kubernetes,
    permissions,
    mayDoAll: all,
    workloads,
    services,
    mqtt,
    kafka,
    databases,
    connect: connect.flat(),
  };
}
