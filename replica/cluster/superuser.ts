import type { CoreV1Api } from '@kubernetes/client-node';
import pg from 'pg';
import { Secret } from '../../helpers/target/mask.ts';
import type { Target } from '../../helpers/target/target.ts';

export interface DatabasePlace {
  readonly namespace: string;
  readonly service: string;
  readonly port: number;
  readonly database: string;
}

/** A connected client of a replica's database as its superuser, through a tunnel. It is the caller's to end. */
export async function connectSuperuser(target: Target, core: CoreV1Api, place: DatabasePlace): Promise<pg.Client> {
  const login = await replicaLogin(core, place.namespace, `${place.service}-superuser`);
  const socket = await target.dial(place);
  const client = new pg.Client({
    stream: () => socket as never,
    user: login.username,
    password: login.password.reveal(),
    database: place.database,
    application_name: 'telemetry-replica',
    query_timeout: 60_000,
  });
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** The members `username` and `password` of one of the manifests' Secrets. */
export async function replicaLogin(
  core: CoreV1Api,
  namespace: string,
  name: string,
): Promise<{ username: string; password: Secret }> {
  const { data } = await core.readNamespacedSecret({ namespace, name });
  const text = (key: string) => Buffer.from(data?.[key] ?? '', 'base64').toString();
  return { username: text('username'), password: new Secret(text('password')) };
}
