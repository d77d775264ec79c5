import { Unobservable } from '../unobservable.ts';
import { mask } from './mask.ts';
import { type ApiRequest, describeRequest, missingRule } from './request.ts';

/**
 * The API server answered, and its answer is itself an observation: an object that does not exist (404), a log that a
 * container does not have (400), a resource version that is too old (410). Callers that expect it catch it or use
 * `ifExists`.
 */
export class ApiAnswer extends Error {
  override readonly name = 'ApiAnswer';
  readonly status: number;
  /** Kubernetes' own word: NotFound, BadRequest, Expired. */
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

/** What a read gives, or undefined when the object does not exist. */
export async function ifExists<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof ApiAnswer && error.status === 404) return undefined;
    throw error;
  }
}

/** An answer that may be another one if asked again: the API server, or what stands before it, is overloaded. */
export function isThrottling(status: number): boolean {
  return status === 429 || status >= 500;
}

/** The error for an answer that no API server gives: a proxy or a log-in page stands in its place. */
export function notKubernetes(what: string, answer: string): Unobservable {
  const said = firstLine(answer) ?? 'nothing';
  return new Unobservable('unsupported', `${what}: what answers is no Kubernetes API server; it said: ${mask(said)}`, {
    hint: 'see that the kubeconfig names the API server itself and that no proxy or log-in page answers in its place: try kubectl version',
  });
}

/** The error for an answer of the API server other than 2xx. */
export function answerError(status: number, body: string, request: ApiRequest): ApiAnswer | Unobservable {
  const answer = parseStatus(body);
  const what = describeRequest(request);
  const message = mask(answer.message ?? firstLine(body) ?? `HTTP ${status}`);
  if (status < 400) return notKubernetes(what, `HTTP ${status}`);
  if (status === 401) {
    return new Unobservable(
      'unauthorized',
      `${what}: the API server does not accept the credentials (401 ${message})`,
      {
        hint: 'the token or client certificate in the kubeconfig is missing, wrong or expired: renew it',
      },
    );
  }
  if (status === 403) {
    return new Unobservable('forbidden', `${what}: forbidden (403 ${message})`, { hint: missingRule(request) });
  }
  if (isThrottling(status)) {
    return new Unobservable('throttled', `${what}: the API server answers ${status} ${message}`, {
      hint: 'the API server is overloaded or ailing: try again later, see kubectl get --raw /readyz?verbose',
    });
  }
  // Without the name of an object, 404 says that the server does not know the resource: a CRD that is not installed.
  if (status === 404 && answer.name === undefined && !/"[^"]+" not found$/.test(message)) {
    return new Unobservable('unsupported', `${what}: the API server does not have this resource (404 ${message})`);
  }
  return new ApiAnswer(status, answer.reason ?? `HTTP ${status}`, `${what}: ${message}`);
}

interface StatusBody {
  readonly reason?: string;
  readonly message?: string;
  readonly name?: string;
}

function parseStatus(body: string): StatusBody {
  try {
    const { reason, message, details } = JSON.parse(body);
    return { reason, message, name: details?.name };
  } catch {
    // A proxy before the API server answers in HTML or plain text.
    return {};
  }
}

function firstLine(body: string): string | undefined {
  const line = body.trim().split('\n')[0]?.slice(0, 200);
  return line === '' ? undefined : line;
}
