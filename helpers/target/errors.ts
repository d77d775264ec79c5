import { Unobservable, type UnobservableKind } from '../unobservable.ts';
import { mask } from './mask.ts';

interface Classification {
  readonly kind: UnobservableKind;
  /** What came back, in words where the error's own would not do. */
  readonly words?: string;
  readonly hint?: string;
}

/** What the errors of Node, pg, kafkajs, mqtt and ws have in common, as far as they have anything. */
interface ClientError extends Error {
  readonly code?: unknown;
  readonly type?: unknown;
  readonly severity?: unknown;
}

/**
 * The error of a client library as what could not be observed: its kind, `what` was tried, what came back, what to do.
 * Knows the errors of Node's sockets and TLS, pg, kafkajs, mqtt and ws. Programming errors (TypeError, RangeError …)
 * are rethrown unchanged: a bug must not read like a cluster that does not answer.
 *
 * @param what the attempt, in words: `query telemetry on timescaledb/timescaledb:5432`
 */
export function unobservable(error: unknown, what: string): Unobservable {
  if (error instanceof Unobservable) return error;
  if (!(error instanceof Error)) throw error;
  const found = chain(error)
    .map((link) => (link instanceof Unobservable ? { kind: link.kind, words: link.message } : classify(link)))
    .find((link) => link !== undefined);
  if (found === undefined && isProgrammingError(error)) throw error;
  const { kind, words, hint } = found ?? { kind: 'unreachable' as const };
  return new Unobservable(kind, mask(`${what}: ${words ?? textOf(error)}`), {
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** The error, then what it wraps: `cause` everywhere, `errors` where several addresses were tried. */
function chain(error: Error): ClientError[] {
  const inner = [error.cause, ...(error instanceof AggregateError ? error.errors : [])];
  return [error, ...inner.filter((link) => link instanceof Error).flatMap((link) => chain(link))];
}

function isProgrammingError(error: Error): boolean {
  return (
    error instanceof TypeError ||
    error instanceof RangeError ||
    error instanceof ReferenceError ||
    error instanceof SyntaxError ||
    error.name === 'AssertionError'
  );
}

function textOf(error: Error): string {
  return error.message === '' ? String((error as ClientError).code ?? error.name) : error.message;
}

function classify(error: ClientError): Classification | undefined {
  return (
    abort(error) ?? certificate(error) ?? socket(error) ?? postgres(error) ?? kafka(error) ?? mqtt(error) ?? text(error)
  );
}

function abort(error: ClientError): Classification | undefined {
  return error.name === 'AbortError' || error.name === 'TimeoutError' ? { kind: 'timeout' } : undefined;
}

const certificateHint =
  'check certificate-authority-data, tls-server-name and the client certificate in the kubeconfig';
const certificateWords: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed and not the one that the kubeconfig trusts',
  SELF_SIGNED_CERT_IN_CHAIN: 'its authority is not the one that the kubeconfig trusts',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its authority is not the one that the kubeconfig trusts',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is not the one that the kubeconfig trusts',
  CERT_SIGNATURE_FAILURE: 'it is not signed by the authority that the kubeconfig trusts',
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet: compare the clocks',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is made out to another name than the address that was dialled',
};

function certificate(error: ClientError): Classification | undefined {
  const code = String(error.code ?? '');
  const words = certificateWords[code];
  if (words !== undefined) {
    const detail = code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? ` (${error.message})` : '';
    return {
      kind: 'unreachable',
      words: `the server's certificate is a problem: ${words}${detail}`,
      hint: certificateHint,
    };
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_') || code.startsWith('ERR_OSSL_')) {
    return {
      kind: 'unreachable',
      words: `no TLS connection came about: ${error.message.trim()}`,
      hint: certificateHint,
    };
  }
  return undefined;
}

const socketCodes: Readonly<Record<string, Classification>> = {
  ECONNREFUSED: { kind: 'unreachable' },
  ECONNRESET: { kind: 'unreachable' },
  ECONNABORTED: { kind: 'unreachable' },
  EPIPE: { kind: 'unreachable' },
  EHOSTUNREACH: { kind: 'unreachable' },
  ENETUNREACH: { kind: 'unreachable' },
  ENETDOWN: { kind: 'unreachable' },
  ENOTFOUND: { kind: 'unreachable' },
  EAI_AGAIN: { kind: 'unreachable' },
  ERR_STREAM_PREMATURE_CLOSE: { kind: 'unreachable', words: 'the connection was closed in the middle of an answer' },
  ETIMEDOUT: { kind: 'timeout' },
  ESOCKETTIMEDOUT: { kind: 'timeout' },
};

function socket(error: ClientError): Classification | undefined {
  return typeof error.code === 'string' ? socketCodes[error.code] : undefined;
}

/** SQLSTATE, whole or by class: https://www.postgresql.org/docs/16/errcodes-appendix.html */
const sqlStates: Readonly<Record<string, Classification>> = {
  '28': { kind: 'unauthorized', hint: 'check the credentials in migration.yaml: environment variables or Secret' },
  '42501': { kind: 'forbidden', hint: 'the role needs pg_monitor, USAGE on the schema and SELECT on its tables' },
  '57014': { kind: 'timeout' },
  '55P03': { kind: 'timeout' },
  '53': { kind: 'throttled' },
  '57P': { kind: 'unreachable' },
  '08': { kind: 'unreachable' },
  '3D000': { kind: 'unsupported', hint: 'check the name of the database in migration.yaml' },
};

function postgres(error: ClientError): Classification | undefined {
  const { code } = error;
  // Only what the server sent has a severity; EPIPE has the form of a SQLSTATE too.
  if (typeof code !== 'string' || error.severity === undefined) return undefined;
  return sqlStates[code] ?? sqlStates[code.slice(0, 3)] ?? sqlStates[code.slice(0, 2)] ?? { kind: 'unsupported' };
}

function kafka(error: ClientError): Classification | undefined {
  switch (error.name) {
    case 'KafkaJSSASLAuthenticationError':
      return { kind: 'unauthorized', hint: 'check the credentials of Kafka in migration.yaml' };
    case 'KafkaJSRequestTimeoutError':
      return { kind: 'timeout' };
    case 'KafkaJSConnectionError':
      return { kind: /timeout/i.test(error.message) ? 'timeout' : 'unreachable' };
    case 'KafkaJSBrokerNotFound':
    case 'KafkaJSConnectionClosedError':
    case 'KafkaJSConnectionClosed':
      return { kind: 'unreachable' };
    case 'KafkaJSProtocolError':
    case 'KafkaJSError':
      return kafkaAnswer(String(error.type ?? ''));
    default:
      return undefined;
  }
}

/** By the name of the protocol's error code. */
function kafkaAnswer(type: string): Classification | undefined {
  if (type.endsWith('AUTHORIZATION_FAILED')) {
    return {
      kind: 'forbidden',
      hint: 'the Kafka user needs DESCRIBE and READ on the topics and DESCRIBE on the groups',
    };
  }
  if (type.startsWith('UNSUPPORTED')) return { kind: 'unsupported' };
  if (type === 'REQUEST_TIMED_OUT') return { kind: 'timeout' };
  if (type === 'THROTTLING_QUOTA_EXCEEDED') return { kind: 'throttled' };
  return undefined;
}

/** Return codes of CONNACK in MQTT 3.1.1, section 3.2.2.3. */
const connack: Readonly<Record<number, Classification>> = {
  1: { kind: 'unsupported' },
  2: { kind: 'unauthorized' },
  3: { kind: 'unreachable' },
  4: { kind: 'unauthorized', hint: 'check the MQTT credentials in migration.yaml' },
  5: { kind: 'unauthorized', hint: 'check the MQTT credentials in migration.yaml' },
};

function mqtt(error: ClientError): Classification | undefined {
  return typeof error.code === 'number' ? connack[error.code] : undefined;
}

/** Errors that carry nothing but their words, as pg's and mqtt's own do. */
function text(error: ClientError): Classification | undefined {
  if (/connection refused|connection (was )?(terminated|closed)|socket hang up|not open/i.test(error.message)) {
    return { kind: 'unreachable' };
  }
  return /time(d)?[ -]?out/i.test(error.message) ? { kind: 'timeout' } : undefined;
}
