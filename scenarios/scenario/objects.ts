import { ApiException, type KubernetesObject, KubernetesObjectApi } from '@kubernetes/client-node';
import type { Target } from '../../helpers/target/target.ts';
import type { KubeObject } from '../../replica/embedded/kubernetes/object.ts';
import { isDerived } from './comparable.ts';

interface ApiResource {
  readonly name: string;
  readonly kind: string;
  readonly verbs: readonly string[];
}

/** Every object of a cluster that somebody made, as its admin sees it. Throws `Unobservable` when it does not answer. */
export async function observeObjects({ kube }: Target): Promise<KubeObject[]> {
  const json = async <T>(path: string): Promise<T> => JSON.parse((await kube.get(path)).body);
  const { groups } = await json<{ groups: { preferredVersion: { groupVersion: string } }[] }>('/apis');
  const versions = ['v1', ...groups.map(({ preferredVersion }) => preferredVersion.groupVersion)];
  const lists = versions.map(async (apiVersion) => {
    const path = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
    const { resources } = await json<{ resources: ApiResource[] }>(path);
    // A subresource has a slash in its name.
    const listed = resources.filter(({ name, kind, verbs }) => isMade(name, kind, verbs));
    return Promise.all(
      listed.map(async ({ name, kind }) => {
        const { items } = await json<{ items: KubeObject[] }>(`${path}/${name}`);
        return items.map((item) => ({ ...item, apiVersion, kind }));
      }),
    );
  });
  return (await Promise.all(lists)).flat(2);
}

function isMade(name: string, kind: string, verbs: readonly string[]): boolean {
  return !name.includes('/') && verbs.includes('list') && verbs.includes('create') && !isDerived(kind);
}

/** Writes of any kind of object. */
export class ObjectWriter {
  readonly #api: KubernetesObjectApi;

  constructor({ kubeConfig }: Target) {
    this.#api = KubernetesObjectApi.makeApiClient(kubeConfig);
  }

  /** Makes it, or makes it so. */
  async put(object: KubeObject): Promise<void> {
    const { status: _, ...made } = object;
    const body = asTyped({ ...made, metadata: lasting(object.metadata) });
    try {
      await this.#api.create(body);
    } catch (error) {
      if (statusOf(error) !== 409) throw error;
      await this.#api.replace(body);
    }
  }

  /** Returns when the deletion is accepted, also of what is gone already. */
  async remove(object: KubeObject): Promise<void> {
    try {
      await this.#api.delete(asTyped(object));
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
    }
  }
}

/** Without what the API server gives an object that it makes. */
function lasting({ name, namespace, labels, annotations, finalizers }: KubeObject['metadata']): KubeObject['metadata'] {
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(finalizers === undefined ? {} : { finalizers }),
  };
}

/** The client's type has dates where the wire has text; nothing that is sent has any. */
function asTyped(object: KubeObject): KubernetesObject {
  return object as unknown as KubernetesObject;
}

function statusOf(error: unknown): number | undefined {
  return error instanceof ApiException ? error.code : undefined;
}
