import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { inject } from 'vitest';
import type { ServerVariable } from './servers.ts';

/** A container's address as the variables that would name it; or why there can be none; or why it did not come up. */
export type Found =
  | { readonly environment: Readonly<Record<string, string>>; readonly image: string }
  | { readonly absent: string }
  | { readonly broken: string };

export type Whereabouts =
  | {
      readonly how: 'address' | 'testcontainers';
      readonly environment: Readonly<Record<string, string | undefined>>;
      readonly image?: string;
    }
  | { readonly absent: string };

/**
 * Where a real program is: at the address that the environment names, or else in a container of this run, or why neither.
 * Throws an Error when a container could be had and did not come up.
 */
export async function whereabouts(variable: ServerVariable): Promise<Whereabouts> {
  if (process.env[variable] !== undefined) return { how: 'address', environment: process.env };
  // A pull may take longer than fetch waits for headers.
  const request = get(`${inject('containersUrl')}/${variable}`);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const found = JSON.parse(await text(response)) as Found;
  if ('broken' in found) throw new Error(`the container that ${variable} would name did not come up: ${found.broken}`);
  if ('absent' in found) return { absent: `set ${variable}; ${found.absent}` };
  return { how: 'testcontainers', ...found };
}
