import {
  type ApiConstructor,
  type ApiType,
  AppsV1Api,
  BatchV1Api,
  CoreV1Api,
  CustomObjectsApi,
  createConfiguration,
  DiscoveryV1Api,
  type KubeConfig,
  type KubernetesObject,
  NetworkingV1Api,
  type RequestContext,
  ResponseContext,
  SelfDecodingBody,
  ServerConfiguration,
  VersionApi,
  wrapHttpLibrary,
} from '@kubernetes/client-node';
import { duration } from '../time-words.ts';
import { ApiAnswer } from './answer.ts';
import { unobservable } from './errors.ts';
import { lines } from './lines.ts';
import { apiRequest, describeRequest } from './request.ts';
import { ApiTransport, type TextAnswer } from './transport.ts';

/** The reading methods of a generated API; a call of any other does not compile. Logs go through `ReadOnlyKube.log`. */
type Reads<Api> = Pick<
  Api,
  Exclude<Extract<keyof Api, `list${string}` | `read${string}` | `get${string}`>, 'readNamespacedPodLog'>
>;

export interface LogQuery {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly previous?: boolean;
  readonly sinceTime?: Date;
  readonly tailLines?: number;
  readonly limitBytes?: number;
  readonly timestamps?: boolean;
  /** Goes on until `signal` aborts or the container ends. */
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
}

export interface WatchEvent<T extends KubernetesObject> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: T;
}

/**
 * The Kubernetes API as far as it can be read: get, list, watch and logs. A write does not compile, and below it the
 * transport refuses every verb but GET.
 *
 * Every call has a deadline and retries what is throttled. Errors are `Unobservable` (unreachable, timeout, unauthorized,
 * forbidden with the RBAC rule that is missing, throttled, unsupported for a resource that the server lacks), or
 * `ApiAnswer` when the server's answer is an observation: see `ifExists` for objects that may be missing.
 */
export class ReadOnlyKube {
  readonly core: Reads<CoreV1Api>;
  readonly apps: Reads<AppsV1Api>;
  readonly batch: Reads<BatchV1Api>;
  readonly discovery: Reads<DiscoveryV1Api>;
  readonly networking: Reads<NetworkingV1Api>;
  readonly custom: Reads<CustomObjectsApi>;
  readonly version: Reads<VersionApi>;
  readonly #transport: ApiTransport;

  constructor(kubeConfig: KubeConfig, options: { deadlineSeconds: number }) {
    this.#transport = new ApiTransport(kubeConfig, options.deadlineSeconds);
    const configuration = createConfiguration({
      baseServer: new ServerConfiguration(this.#transport.server, {}),
      httpApi: wrapHttpLibrary({ send: (request) => this.#send(request) }),
    });
    const make = <T extends ApiType>(api: ApiConstructor<T>): T => new api(configuration);
    this.core = make(CoreV1Api);
    this.apps = make(AppsV1Api);
    this.batch = make(BatchV1Api);
    this.discovery = make(DiscoveryV1Api);
    this.networking = make(NetworkingV1Api);
    this.custom = make(CustomObjectsApi);
    this.version = make(VersionApi);
  }

  /** Requests, authentication and deadline, as tunnels need them too. */
  get transport(): ApiTransport {
    return this.#transport;
  }

  /** GET of any path of the API server: `/readyz`, `/apis/metrics.k8s.io/v1beta1/pods`. */
  async get(
    path: string,
    options: { headers?: Record<string, string>; signal?: AbortSignal } = {},
  ): Promise<TextAnswer> {
    return this.#transport.getText(this.#url(path), options);
  }

  /**
   * The lines of a container's log, oldest first, without their line ends. Memory stays bounded whatever its length.
   * A container that has no such log (not started, no previous run) is an `ApiAnswer` with status 400 or 404.
   */
  async *log(query: LogQuery): AsyncGenerator<string, void, undefined> {
    const url = this.#url(`/api/v1/namespaces/${query.namespace}/pods/${query.pod}/log`);
    const parameters = {
      container: query.container,
      previous: query.previous,
      sinceTime: query.sinceTime?.toISOString(),
      tailLines: query.tailLines,
      limitBytes: query.limitBytes,
      timestamps: query.timestamps,
      follow: query.follow,
    };
    yield* this.#lines(url, parameters, query.signal, query.follow !== true);
  }

  /**
   * Watches a list's path (`/api/v1/namespaces/x/pods`) until the server ends the watch or `signal` aborts.
   * Throws `ApiAnswer` with status 410 when the resourceVersion is too old: list again.
   */
  async *watch<T extends KubernetesObject>(
    path: string,
    query: { resourceVersion?: string; labelSelector?: string; fieldSelector?: string; signal?: AbortSignal } = {},
  ): AsyncGenerator<WatchEvent<T>, void, undefined> {
    const { signal, ...selection } = query;
    const parameters = { ...selection, watch: true, allowWatchBookmarks: true };
    for await (const line of this.#lines(this.#url(path), parameters, signal, false)) {
      const event = JSON.parse(line);
      if (event.type === 'ERROR') throw new ApiAnswer(event.object.code, event.object.reason, event.object.message);
      yield event;
    }
  }

  /** Ends every call, watch and tunnel, and every idle connection. */
  close(): void {
    this.#transport.close();
  }

  /** `ends`: the answer has an end, so that silence in it is a time-out. */
  async *#lines(
    url: URL,
    parameters: Record<string, string | number | boolean | undefined>,
    signal: AbortSignal | undefined,
    ends: boolean,
  ): AsyncGenerator<string, void, undefined> {
    for (const [name, value] of Object.entries(parameters)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const response = await this.#transport.getStream(url, signal === undefined ? {} : { signal });
    if (ends) {
      const seconds = this.#transport.deadlineSeconds;
      response.setTimeout(seconds * 1000, () =>
        response.destroy(new Error(`timed out: no byte for ${duration(seconds)}`)),
      );
    }
    try {
      yield* lines(response);
    } catch (error) {
      if (signal?.aborted) return;
      throw unobservable(error, describeRequest(apiRequest(url)));
    } finally {
      response.destroy();
    }
  }

  #url(path: string): URL {
    return new URL(this.#transport.server + path);
  }

  async #send(request: RequestContext): Promise<ResponseContext> {
    const signal = request.getSignal();
    const answer = await this.#transport.getText(new URL(request.getUrl()), {
      method: request.getHttpMethod(),
      headers: request.getHeaders(),
      ...(signal === undefined ? {} : { signal }),
    });
    const headers = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)]));
    return new ResponseContext(answer.status, headers, new SelfDecodingBody(Promise.resolve(Buffer.from(answer.body))));
  }
}
