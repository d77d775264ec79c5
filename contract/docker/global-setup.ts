import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { Unobservable } from '../../helpers/unobservable.ts';
import type { Found } from './found.ts';
import type { ServerVariable } from './servers.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Answers `GET /VARIABLE` with what a container stands for, starting it for whoever asks first. */
    containersUrl: string;
  }
}

/** Containers of real programs: each is started once for all contract files of a run, when one needs it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const running = new AsyncDisposableStack();
  const found = new Map<ServerVariable, Promise<Found>>();

  const start = async (variable: ServerVariable): Promise<Found> => {
    try {
      const { servers } = await import('./servers.ts');
      const { environment, image } = running.use(await servers[variable]());
      return { environment, image };
    } catch (error) {
      const words = (error as Error).message;
      return error instanceof Unobservable ? { absent: words } : { broken: words };
    }
  };

  const http = createServer(async (request, response) => {
    const variable = request.url?.slice(1) as ServerVariable;
    const starting = found.get(variable) ?? start(variable);
    found.set(variable, starting);
    response.end(JSON.stringify(await starting));
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  project.provide('containersUrl', `http://127.0.0.1:${(http.address() as AddressInfo).port}`);

  return async () => {
    http.close();
    http.closeAllConnections();
    await Promise.all(found.values());
    await running.disposeAsync();
  };
}
