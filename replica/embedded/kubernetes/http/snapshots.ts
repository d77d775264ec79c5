import { randomUUID } from 'node:crypto';
import type { KubeObject } from '../object.ts';
import { badRequest, expired } from '../status.ts';

interface Snapshot {
  readonly resourceVersion: string;
  readonly objects: readonly KubeObject[];
}

export interface Page extends Snapshot {
  /** The token of the next page; undefined after the last. */
  readonly next: string | undefined;
  readonly remaining: number;
}

/** Lists that are read in pages, each as it stood when its first page was read. */
export class Snapshots {
  readonly #limit = 100;
  readonly #open = new Map<string, Snapshot>();

  /** The first page of a list. */
  first(snapshot: Snapshot, limit: number): Page {
    if (snapshot.objects.length <= limit) return { ...snapshot, next: undefined, remaining: 0 };
    const id = randomUUID();
    this.#open.set(id, snapshot);
    const [oldest] = this.#open.keys();
    if (this.#open.size > this.#limit && oldest !== undefined) this.#open.delete(oldest);
    return this.#page(id, snapshot, 0, limit);
  }

  /** The page that a token names. Throws BadRequest for none of ours, Expired for one that is forgotten. */
  next(token: string, limit: number): Page {
    const [, id, start] = /^([0-9a-f-]{36}):(\d+)$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
    if (id === undefined) throw badRequest('continue key is not valid: encoded continue token is malformed');
    const snapshot = this.#open.get(id);
    if (!snapshot) {
      throw expired(
        'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
      );
    }
    return this.#page(id, snapshot, Number(start), limit);
  }

  #page(id: string, { resourceVersion, objects }: Snapshot, start: number, limit: number): Page {
    const end = start + limit;
    const isLast = end >= objects.length;
    return {
      resourceVersion,
      objects: objects.slice(start, end),
      next: isLast ? undefined : Buffer.from(`${id}:${end}`).toString('base64url'),
      remaining: isLast ? 0 : objects.length - end,
    };
  }
}
