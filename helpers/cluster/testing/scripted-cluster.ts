import { ReadOnlyKube } from '../../target/kube.ts';
import { FakeApi, json, statusBody } from '../../target/testing/fake-api.ts';

type KubeObject = {
  readonly metadata: { readonly name: string; readonly namespace: string } & Record<string, unknown>;
} & Record<string, unknown>;

/** A log as the container runtime keeps it: lines with their times, oldest first. */
export type ScriptedLog = readonly (readonly [at: string, text: string])[];

/**
 * An API server over lists of objects and logs. Logs honour sinceTime, limitBytes and previous as a kubelet does; what is
 * not scripted is answered as the real one answers it.
 */
export class ScriptedCluster implements AsyncDisposable {
  readonly kube: ReadOnlyKube;
  readonly api: FakeApi;
  /** By plural: `deployments`, `pods`. */
  readonly objects: Record<string, KubeObject[]> = {};
  /** By `POD/CONTAINER`, and `POD/CONTAINER/previous`. */
  readonly logs = new Map<string, ScriptedLog | string>();
  /** Paths that begin so are forbidden. */
  readonly forbidden: string[] = [];

  static async start(): Promise<ScriptedCluster> {
    return new ScriptedCluster(await FakeApi.start());
  }

  private constructor(api: FakeApi) {
    this.api = api;
    this.kube = new ReadOnlyKube(api.kubeConfig(), { deadlineSeconds: 5 });
    api.answer = (response, { pathname, searchParams }) => {
      if (this.forbidden.some((path) => pathname.startsWith(path))) {
        return json(response, 403, statusBody(403, 'Forbidden', `${pathname} is forbidden`));
      }
      const log = /^\/api\/v1\/namespaces\/[^/]+\/pods\/([^/]+)\/log$/.exec(pathname);
      if (log) {
        const body = this.#log(log[1] ?? '', searchParams);
        if (body === undefined)
          return json(response, 400, statusBody(400, 'BadRequest', 'previous terminated container not found'));
        return void response.writeHead(200, { 'content-type': 'text/plain' }).end(body);
      }
      const [, namespace, plural = '', name] =
        /^\/apis?\/(?:[^/]+\/)?v1\/(?:namespaces\/([^/]+)\/)?([^/]+)(?:\/([^/]+))?$/.exec(pathname) ?? [];
      const items = (this.objects[plural] ?? []).filter(
        ({ metadata }) => namespace === undefined || metadata.namespace === namespace,
      );
      if (name === undefined) return json(response, 200, { items });
      const found = items.find(({ metadata }) => metadata.name === name);
      if (found) return json(response, 200, found);
      json(response, 404, statusBody(404, 'NotFound', `${plural} "${name}" not found`, { name, kind: plural }));
    };
  }

  #log(pod: string, query: URLSearchParams): string | undefined {
    const previous = query.get('previous') === 'true' ? '/previous' : '';
    const log = this.logs.get(`${pod}/${query.get('container')}${previous}`);
    if (log === undefined || typeof log === 'string') return log;
    const since = Date.parse(query.get('sinceTime') ?? '1970-01-01T00:00:00Z');
    const body = log
      .filter(([at]) => Date.parse(at) >= since)
      .map(([at, text]) => `${at} ${text}\n`)
      .join('');
    const limit = query.get('limitBytes');
    return limit === null ? body : body.slice(0, Number(limit));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kube.close();
    await this.api[Symbol.asyncDispose]();
  }
}

/** What every object made by another has. */
export function ownedBy(kind: string, uid: string): { ownerReferences: object[] } {
  return { ownerReferences: [{ apiVersion: 'apps/v1', kind, name: uid, uid, controller: true }] };
}
