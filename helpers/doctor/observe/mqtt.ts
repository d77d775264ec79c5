import type { Migration } from '../../config/schema.ts';
import { readCredentials } from '../../target/credentials.ts';
import { connectMqtt } from '../../target/dial/mqtt.ts';
import type { Target } from '../../target/target.ts';
import { credentialOf } from './credential.ts';

/** Logs in to MQTT and leaves again; the user's name. Throws `Unobservable`. */
export async function observeMqtt(target: Target, migration: Migration, env: NodeJS.ProcessEnv): Promise<string> {
  const { mqtt } = migration.new;
  const credentials = await readCredentials(
    target.kube,
    credentialOf(migration, mqtt.credentials),
    mqtt.credentials,
    env,
  );
  const client = await connectMqtt(target, mqtt, credentials);
  await client.endAsync(true);
  return credentials.username;
}
