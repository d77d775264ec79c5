import type { GenericContainer } from 'testcontainers';
import { dockerWith } from './image.ts';

/** What takes containers away whose process was killed before it could; it is testcontainers' own. */
const reaperImage = 'testcontainers/ryuk:0.14.0';

/**
 * A container, up as its wait strategy has it, removed when its scope ends. Where the reaper's image cannot be had it
 * outlives a process that is killed. Throws `Unobservable` as `dockerWith` does, and testcontainers' own error when the
 * container does not come up.
 */
export async function startContainer<Container extends GenericContainer>(
  image: string,
  make: (image: string) => Container,
): Promise<Awaited<ReturnType<Container['start']>>> {
  await dockerWith(image);
  process.env.TESTCONTAINERS_RYUK_DISABLED ??= await dockerWith(reaperImage).then(
    () => 'false',
    () => 'true',
  );
  return (await make(image).start()) as Awaited<ReturnType<Container['start']>>;
}
