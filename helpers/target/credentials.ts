import type { Migration } from '../config/schema.ts';
import { Unobservable } from '../unobservable.ts';
import { ifExists } from './answer.ts';
import type { ReadOnlyKube } from './kube.ts';
import { Secret } from './mask.ts';

export interface Credentials {
  readonly username: string;
  readonly password: Secret;
}

type CredentialConfig = Migration['credentials'][string];

/**
 * Username and password by what migration.yaml says of them: from the environment when both variables are set, else
 * from the Secret, read by its name over the Kubernetes API.
 * Throws `Unobservable('unauthorized')` that names the variables, the Secret and its keys, never a value.
 *
 * @param name the entry under `credentials` in migration.yaml
 */
export async function readCredentials(
  kube: ReadOnlyKube,
  config: CredentialConfig,
  name: string,
  env: NodeJS.ProcessEnv,
): Promise<Credentials> {
  const fromEnvironment = config.env && complete(env[config.env.username], env[config.env.password]);
  if (fromEnvironment) return fromEnvironment;
  if (!config.secret) throw missing(config, name, 'the environment variables are not set');
  const { namespace, name: secretName, username, password } = config.secret;
  const secret = await ifExists(kube.core.readNamespacedSecret({ namespace, name: secretName }));
  if (secret === undefined) throw missing(config, name, `Secret ${namespace}/${secretName} does not exist`);
  const fromSecret = complete(decode(secret.data?.[username]), decode(secret.data?.[password]));
  if (fromSecret) return fromSecret;
  const keys = Object.keys(secret.data ?? {}).join(', ') || 'none';
  const wanted = `${username} and ${password}`;
  throw missing(config, name, `Secret ${namespace}/${secretName} lacks the keys ${wanted}; its keys: ${keys}`);
}

function complete(username: string | undefined, password: string | undefined): Credentials | undefined {
  return username && password ? { username, password: new Secret(password) } : undefined;
}

function decode(value: string | undefined): string | undefined {
  return value === undefined ? undefined : Buffer.from(value, 'base64').toString('utf8');
}

function missing(config: CredentialConfig, name: string, why: string): Unobservable {
  const variables = config.env ? `set ${config.env.username} and ${config.env.password}` : '';
  const secret = config.secret ? `create Secret ${config.secret.namespace}/${config.secret.name}` : '';
  return new Unobservable('unauthorized', `credentials ${name}: ${why}`, {
    hint: [variables, secret].filter((way) => way !== '').join(', or ') || `see credentials.${name} in migration.yaml`,
  });
}
