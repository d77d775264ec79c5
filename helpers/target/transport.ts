import type http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import type { KubeConfig } from '@kubernetes/client-node';
import retry from 'p-retry';
import { duration } from '../time-words.ts';
import { Unobservable } from '../unobservable.ts';
import { ApiAnswer, answerError, isThrottling } from './answer.ts';
import { unobservable } from './errors.ts';
import { registerSecret } from './mask.ts';
import { apiRequest, describeRequest } from './request.ts';

/** Thrown when code of ours asks for a write: a mistake in this suite, never a property of the cluster. */
export class WriteRefused extends Error {
  override readonly name = 'WriteRefused';
}

/**
 * What a user may ask the API server about itself. It is a POST, since the question is an object; the server answers it
 * and keeps nothing (https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access).
 */
const questions = {
  SelfSubjectAccessReview: 'authorization.k8s.io/v1',
  SelfSubjectReview: 'authentication.k8s.io/v1',
} as const;

/** How many deadlines long a server that answers 429 or 5xx is asked again. */
const patience = 2;

interface GetOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface TextAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/**
 * GET requests to one API server, and nothing else: any other verb is refused here, below every client. The one POST is
 * that of `ask`, which writes nothing.
 *
 * Connections are kept alive (the library opens a new agent, so a new TLS connection, for each call). An answer of 429 or
 * 5xx is asked for again with exponential backoff, or after its Retry-After, for twice the deadline: a server that asks
 * to come back later is there, and one request in five that fails must not decide anything. What stays an error is thrown as `Unobservable`, or as `ApiAnswer` where the answer is an observation.
 */
export class ApiTransport {
  readonly #kubeConfig: KubeConfig;
  readonly #deadlineSeconds: number;
  readonly #closed = new AbortController();
  readonly #agent = new https.Agent({ keepAlive: true });

  constructor(kubeConfig: KubeConfig, deadlineSeconds: number) {
    this.#kubeConfig = kubeConfig;
    this.#deadlineSeconds = deadlineSeconds;
  }

  /** The API server's address, without a trailing slash. */
  get server(): string {
    return (this.#kubeConfig.getCurrentCluster()?.server ?? '').replace(/\/$/, '');
  }

  /** Seconds that the server may let one request wait for its answer. */
  get deadlineSeconds(): number {
    return this.#deadlineSeconds;
  }

  /** Aborts when the transport is closed. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** The whole answer, read to its end within the deadline. */
  async getText(url: URL, options: GetOptions = {}): Promise<TextAnswer> {
    return this.withinDeadline(url, options, async (signal) => {
      const response = await this.#send(url, options, signal);
      return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
    });
  }

  /**
   * The answer's body as a stream, for logs and watches. The deadline bounds the wait for its head; how long it may then
   * last is the caller's to say through `signal`.
   */
  async getStream(url: URL, options: GetOptions = {}): Promise<http.IncomingMessage> {
    return this.withinDeadline(url, options, async (signal) => {
      const head = new AbortController();
      const giveUp = () => head.abort(signal.reason);
      signal.addEventListener('abort', giveUp, { once: true });
      try {
        return await this.#send(url, options, AbortSignal.any([head.signal, ...this.#outer(options)]));
      } finally {
        signal.removeEventListener('abort', giveUp);
      }
    });
  }

  /** Asks what this user may do, or who it is; the answer's status. Throws as every read. */
  async ask(kind: keyof typeof questions, spec: object): Promise<unknown> {
    const apiVersion = questions[kind];
    const url = new URL(`${this.server}/apis/${apiVersion}/${kind.toLowerCase()}s`);
    return this.withinDeadline(url, {}, async (signal) => {
      const headers = { 'content-type': 'application/json' };
      const response = await this.#send(url, { headers }, signal, JSON.stringify({ apiVersion, kind, spec }));
      return JSON.parse(await text(response)).status;
    });
  }

  /** What the kubeconfig says about authentication, as options of a request: headers, certificates, a proxy's agent. */
  async authentication(): Promise<https.RequestOptions> {
    const options: https.RequestOptions = {};
    try {
      await this.#kubeConfig.applyToHTTPSOptions(options);
    } catch (error) {
      throw new Unobservable(
        'unauthorized',
        `the kubeconfig's authentication does not work: ${(error as Error).message}`,
        {
          hint: 'see that its certificate files exist and that its exec plugin runs: try kubectl version',
          cause: error,
        },
      );
    }
    const authorization = String((options.headers as http.OutgoingHttpHeaders | undefined)?.Authorization ?? '');
    registerSecret(authorization.replace(/^Bearer /, ''));
    return options;
  }

  /** Ends every request under way and every idle connection. */
  close(): void {
    this.#closed.abort();
    this.#agent.destroy();
  }

  #outer(options: GetOptions): AbortSignal[] {
    return [this.#closed.signal, ...(options.signal === undefined ? [] : [options.signal])];
  }

  /**
   * Attempts to read a URL until one succeeds, fails for good, or patience is over. Each attempt's signal aborts at the
   * deadline; an attempt throws what `refusal` makes of an answer.
   */
  async withinDeadline<T>(url: URL, options: GetOptions, attempt: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if ((options.method ?? 'GET') !== 'GET') {
      throw new WriteRefused(`verify only reads: refused ${options.method} ${url.pathname}`);
    }
    const what = `${describeRequest(apiRequest(url))} at ${this.server}`;
    const deadlineMs = this.#deadlineSeconds * 1000;
    const endsAt = Date.now() + deadlineMs * patience;
    const over = AbortSignal.any([AbortSignal.timeout(deadlineMs * patience), ...this.#outer(options)]);
    let silence = AbortSignal.timeout(deadlineMs);
    let last: Refused | undefined;
    try {
      return await retry(
        () => {
          silence = AbortSignal.timeout(deadlineMs);
          return attempt(AbortSignal.any([silence, over]));
        },
        {
          retries: Number.POSITIVE_INFINITY,
          minTimeout: 100,
          maxTimeout: 1000,
          randomize: true,
          signal: over,
          shouldRetry: ({ error }) =>
            error instanceof StaleConnection || (error instanceof Refused && error.readyAt < endsAt),
          // When the server says how long, that is waited for and nothing beside it.
          shouldConsumeRetry: ({ error }) => !(error instanceof Refused && error.readyAt > Date.now()),
          onFailedAttempt: async ({ error }) => {
            if (!(error instanceof Refused)) return;
            last = error;
            if (error.readyAt < endsAt) await until(error.readyAt, over);
          },
        },
      );
    } catch (error) {
      if (this.#closed.signal.aborted) throw new Unobservable('timeout', `${what}: given up, the target was closed`);
      if (options.signal?.aborted) throw options.signal.reason;
      if (last !== undefined && (over.aborted || silence.aborted || error === last)) throw last.cause;
      if (silence.aborted) {
        throw new Unobservable('timeout', `${what}: no answer within ${duration(this.#deadlineSeconds)}`, {
          hint: 'the API server accepts connections and does not answer, or a firewall drops them: try kubectl version',
        });
      }
      throw error instanceof ApiAnswer ? error : withHint(unobservable(error, what));
    }
  }

  async #send(url: URL, options: GetOptions, signal: AbortSignal, question?: string): Promise<http.IncomingMessage> {
    const { agent: proxy, ...authentication } = await this.authentication();
    const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
    const request = https.request(url, {
      ...authentication,
      method: question === undefined ? 'GET' : 'POST',
      agent: this.#kubeConfig.getCurrentCluster()?.proxyUrl === undefined ? this.#agent : proxy,
      headers: { accept: 'application/json', ...authentication.headers, ...options.headers },
      signal,
    });
    request.once('response', resolve);
    // Stays for the life of the request: an abort in the middle of the body is reported here too.
    request.on('error', (error: NodeJS.ErrnoException) => {
      const stale = request.reusedSocket && error.code === 'ECONNRESET';
      reject(stale ? new StaleConnection('reset', { cause: error }) : error);
    });
    request.end(question);
    const response = await promise;
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return response;
    throw refusal(response, await text(response), url);
  }
}

function withHint(error: Unobservable): Unobservable {
  if (error.kind !== 'unreachable' || error.hint !== undefined) return error;
  const hint = 'see that the cluster is up and that the kubeconfig names its address: try kubectl version';
  return new Unobservable(error.kind, error.message, { hint, cause: error.cause });
}

/** The error for an answer that is none of the hoped for; one that may be another later is asked for again. */
export function refusal(response: http.IncomingMessage, body: string, url: URL): Error {
  const status = response.statusCode ?? 0;
  const error = answerError(status, body, apiRequest(url));
  return isThrottling(status) ? new Refused(error, response.headers['retry-after']) : error;
}

/** A kept-alive connection that the server had closed in the meantime; the request was never looked at. */
class StaleConnection extends Error {}

/** An answer that may be another one later. */
class Refused extends Error {
  override readonly cause: Error;
  /** Milliseconds since the epoch: not to be asked again before. In the past when the server does not say. */
  readonly readyAt: number;

  constructor(cause: Error, retryAfter: string | undefined) {
    super(cause.message);
    this.cause = cause;
    this.readyAt = parseRetryAfter(retryAfter);
  }
}

/** Retry-After is seconds or a date (RFC 9110, 10.2.3). */
function parseRetryAfter(value: string | undefined): number {
  if (value === undefined) return 0;
  return /^\d+$/.test(value) ? Date.now() + Number(value) * 1000 : Date.parse(value) || 0;
}

async function until(at: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, Math.max(0, at - Date.now()));
  signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
  clearTimeout(timer);
}
