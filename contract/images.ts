import { loadManifests } from '../replica/embedded/manifests.ts';

/**
 * The image that the replica's manifests pin for a repository: `timescale/timescaledb` → `timescale/timescaledb:2.23.0-pg16`.
 * They are the one list of images.
 */
export async function pinnedImage(repository: string): Promise<string> {
  const images = new Set(JSON.stringify(await loadManifests()).match(/(?<="image":")[^"]+/g));
  const found = [...images].find((image) => image.startsWith(`${repository}:`));
  if (found === undefined) throw new Error(`no manifest uses an image of ${repository}`);
  return found;
}
