import { type ContainerRuntimeClient, getContainerRuntimeClient } from 'testcontainers';
import { duration } from '../time-words.ts';
import { Unobservable } from '../unobservable.ts';

export interface Patience {
  /** For Docker's first answer, in seconds. */
  readonly answer: number;
  /** For the next sign of a pull that goes on, in seconds: however large an image is, a registry that is there says something. */
  readonly pullSilence: number;
}

const patience: Patience = { answer: 10, pullSilence: 20 };

/**
 * Docker, with the image there: found, or else pulled. Throws `Unobservable` that says why not: `unsupported` when no
 * Docker answers, `unreachable` when the image cannot be pulled, `timeout` when Docker or the pull falls silent.
 */
export async function dockerWith(image: string, within: Patience = patience): Promise<ContainerRuntimeClient> {
  const docker = await anyDocker(within.answer);
  const { dockerode } = docker.container;
  const missing = (words: string, kind: 'unreachable' | 'timeout' = 'unreachable', cause?: unknown) =>
    new Unobservable(kind, `Docker answers, but has no image ${image} and cannot pull it: ${words}`, { cause });
  if (await exists(docker, image)) return docker;
  const silence = new SilenceWatch(within.pullSilence);
  try {
    const stream = await Promise.race([dockerode.pull(image), silence.over]);
    const pulled = new Promise<void>((resolve, reject) => {
      // A registry's refusal is a line of the progress.
      const done = (error: Error | null, lines: readonly { readonly error?: string }[]) => {
        const refusal = error?.message ?? lines.find((line) => line.error !== undefined)?.error;
        if (refusal === undefined) resolve();
        else reject(new Error(refusal));
      };
      dockerode.modem.followProgress(stream, done, () => silence.broken());
    });
    await Promise.race([pulled, silence.over]).finally(() => 'destroy' in stream && (stream.destroy as () => void)());
  } catch (error) {
    if (error === silence) throw missing(`silent for ${duration(within.pullSilence)}`, 'timeout');
    throw missing((error as Error).message.trim(), 'unreachable', error);
  } finally {
    silence.end();
  }
  if (!(await exists(docker, image))) throw missing('the pull brought none');
  return docker;
}

async function anyDocker(withinSeconds: number): Promise<ContainerRuntimeClient> {
  const silence = new SilenceWatch(withinSeconds);
  try {
    return await Promise.race([getContainerRuntimeClient(), silence.over]);
  } catch (error) {
    if (error === silence)
      throw new Unobservable('timeout', `Docker does not answer within ${duration(withinSeconds)}`);
    throw new Unobservable('unsupported', 'no Docker answers', { cause: error });
  } finally {
    silence.end();
  }
}

async function exists(docker: ContainerRuntimeClient, image: string): Promise<boolean> {
  try {
    await docker.container.dockerode.getImage(image).inspect();
    return true;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return false;
    throw error;
  }
}

/** `over` rejects, with the watch itself, once nothing has broken the silence for so long. */
class SilenceWatch {
  readonly over: Promise<never>;
  readonly #timer: NodeJS.Timeout;

  constructor(seconds: number) {
    const { promise, reject } = Promise.withResolvers<never>();
    promise.catch(() => {});
    this.over = promise;
    this.#timer = setTimeout(() => reject(this), seconds * 1000);
  }

  broken(): void {
    this.#timer.refresh();
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
