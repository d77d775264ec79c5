import { imageRepository } from '../embedded/programs/catalog.ts';

/** What runs the replica's own programs where they are containers. */
export const nodeImage = 'node:24.21.0-slim';

/** The environment variables that name another image, by the repository that it stands in for. */
const variables: Readonly<Record<string, string>> = {
  'redpandadata/redpanda': 'REPLICA_IMAGE_REDPANDA',
  'redpandadata/connect': 'REPLICA_IMAGE_CONNECT',
  'timescale/timescaledb': 'REPLICA_IMAGE_TIMESCALEDB',
  postgres: 'REPLICA_IMAGE_POSTGRES',
  'eclipse-mosquitto': 'REPLICA_IMAGE_MOSQUITTO',
  'prom/prometheus': 'REPLICA_IMAGE_PROMETHEUS',
  node: 'REPLICA_IMAGE_NODE',
};

/** Images to be used in place of the manifests', by repository, as the environment names them. */
export function imagesFromEnvironment(env: NodeJS.ProcessEnv): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(variables).flatMap(([repository, variable]) => {
      const image = env[variable];
      return image ? [[repository, image] as const] : [];
    }),
  );
}

/** The image to run, and in words what it stands in for, if for anything. */
export function replacedImage(
  image: string,
  images: ReadonlyMap<string, string>,
): { readonly image: string; readonly standIn?: string } {
  const other = images.get(imageRepository(image));
  if (other === undefined || other === image) return { image };
  return { image: other, standIn: `${other} for ${image}` };
}
