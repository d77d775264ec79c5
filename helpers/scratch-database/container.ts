import { randomBytes } from 'node:crypto';
import { GenericContainer, Wait } from 'testcontainers';
import { startContainer } from '../docker/container.ts';

/** A server that has nothing in it yet. */
export interface EmptyServer extends AsyncDisposable {
  /** Of its superuser. */
  readonly url: string;
}

/** PostgreSQL in a container of an image like `timescale/timescaledb` or `postgres`. Throws as `startContainer` does. */
export async function postgresContainer(image: string): Promise<EmptyServer> {
  const password = randomBytes(12).toString('hex');
  const container = await startContainer(image, (name) =>
    new GenericContainer(name)
      .withEnvironment({ POSTGRES_PASSWORD: password })
      .withExposedPorts(5432)
      // While it is being initialized it answers on its Unix socket alone.
      .withWaitStrategy(Wait.forListeningPorts()),
  );
  return {
    url: `postgres://postgres:${password}@${container.getHost()}:${container.getMappedPort(5432)}/postgres`,
    [Symbol.asyncDispose]: () => container[Symbol.asyncDispose](),
  };
}
