import kafkajs from 'kafkajs';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { Unobservable, type UnobservableKind } from '../unobservable.ts';
import { unobservable } from './errors.ts';
import { registerSecret } from './mask.ts';

function withCode(code: string | number, message = 'words'): Error {
  return Object.assign(new Error(message), { code });
}

function sqlError(code: string): Error {
  const error = new pg.DatabaseError('words', 5, 'error');
  error.code = code;
  error.severity = 'ERROR';
  return error;
}

function kindOf(error: unknown): UnobservableKind {
  return unobservable(error, 'attempt').kind;
}

describe('sockets and TLS', () => {
  test.each<[string, UnobservableKind]>([
    ['ECONNREFUSED', 'unreachable'],
    ['ECONNRESET', 'unreachable'],
    ['ENOTFOUND', 'unreachable'],
    ['EHOSTUNREACH', 'unreachable'],
    ['ETIMEDOUT', 'timeout'],
    ['CERT_HAS_EXPIRED', 'unreachable'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'unreachable'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'unreachable'],
  ])('%s is %s', (code, kind) => {
    expect(kindOf(withCode(code))).toBe(kind);
  });

  test('a certificate is called one', () => {
    expect(unobservable(withCode('CERT_HAS_EXPIRED', 'certificate has expired'), 'list pods').message).toBe(
      "list pods: the server's certificate is a problem: it has expired",
    );
  });

  test('the cause counts where the error itself says nothing', () => {
    expect(kindOf(new Error('fetch failed', { cause: withCode('ETIMEDOUT') }))).toBe('timeout');
    expect(kindOf(new TypeError('fetch failed', { cause: withCode('ECONNREFUSED') }))).toBe('unreachable');
    expect(kindOf(new AggregateError([withCode('ECONNREFUSED')], ''))).toBe('unreachable');
  });

  test('aborts are time-outs', () => {
    expect(kindOf(new DOMException('aborted', 'AbortError'))).toBe('timeout');
    expect(kindOf(new DOMException('late', 'TimeoutError'))).toBe('timeout');
  });
});

test.each<[string, UnobservableKind]>([
  ['28P01', 'unauthorized'],
  ['28000', 'unauthorized'],
  ['42501', 'forbidden'],
  ['57014', 'timeout'],
  ['55P03', 'timeout'],
  ['53300', 'throttled'],
  ['57P01', 'unreachable'],
  ['57P03', 'unreachable'],
  ['08006', 'unreachable'],
  ['3D000', 'unsupported'],
  ['42P01', 'unsupported'],
  ['XX000', 'unsupported'],
])('PostgreSQL %s is %s', (code, kind) => {
  expect(kindOf(sqlError(code))).toBe(kind);
});

describe('pg without a SQLSTATE', () => {
  test.each<[string, UnobservableKind]>([
    ['Connection terminated unexpectedly', 'unreachable'],
    ['Query read timeout', 'timeout'],
    ['timeout expired', 'timeout'],
  ])('%s is %s', (message, kind) => {
    expect(kindOf(new Error(message))).toBe(kind);
  });
});

describe('kafkajs', () => {
  const { KafkaJSConnectionError, KafkaJSProtocolError, KafkaJSNumberOfRetriesExceeded } = kafkajs;

  /** Its constructor is not what its types say. */
  function named(name: string): Error {
    return Object.assign(new Error('words'), { name });
  }

  function answered(type: string): Error {
    return new KafkaJSProtocolError(Object.assign(new Error('words'), { type, code: 1 }));
  }

  test('connections', () => {
    expect(kindOf(new KafkaJSConnectionError('Connection timeout'))).toBe('timeout');
    expect(kindOf(new KafkaJSConnectionError('Connection error: x'))).toBe('unreachable');
    expect(kindOf(named('KafkaJSSASLAuthenticationError'))).toBe('unauthorized');
    expect(kindOf(named('KafkaJSRequestTimeoutError'))).toBe('timeout');
  });

  test.each<[string, UnobservableKind]>([
    ['TOPIC_AUTHORIZATION_FAILED', 'forbidden'],
    ['GROUP_AUTHORIZATION_FAILED', 'forbidden'],
    ['UNSUPPORTED_VERSION', 'unsupported'],
    ['REQUEST_TIMED_OUT', 'timeout'],
  ])('%s is %s', (type, kind) => {
    expect(kindOf(answered(type))).toBe(kind);
  });

  test('retries that ran out are what they ran out on', () => {
    const exceeded = new KafkaJSNumberOfRetriesExceeded(answered('TOPIC_AUTHORIZATION_FAILED'), {
      retryCount: 2,
      retryTime: 1,
    });
    expect(kindOf(exceeded)).toBe('forbidden');
  });
});

test.each<[number, UnobservableKind]>([
  [3, 'unreachable'],
  [4, 'unauthorized'],
  [5, 'unauthorized'],
])('MQTT return code %d is %s', (code, kind) => {
  expect(kindOf(withCode(code))).toBe(kind);
});

test('a refused port behind a tunnel is unreachable', () => {
  expect(kindOf(new Error('error forwarding port 5432 to pod x: dial tcp: connect: connection refused'))).toBe(
    'unreachable',
  );
});

test('what is unobservable already stays as it is', () => {
  const error = new Unobservable('history', 'logs rotated');
  expect(unobservable(error, 'attempt')).toBe(error);
  expect(kindOf(new Error('wrapped', { cause: error }))).toBe('history');
});

test.each([
  new TypeError('x is undefined'),
  new RangeError('r'),
  new ReferenceError('r'),
  new SyntaxError('s'),
  'text',
  undefined,
])('a programming error is rethrown unchanged: %s', (error) => {
  let thrown: unknown = 'nothing';
  try {
    unobservable(error, 'attempt');
  } catch (reason) {
    thrown = reason;
  }
  expect(thrown).toBe(error);
});

test('the message names the attempt, keeps the words and masks secrets; the error is kept as cause', () => {
  registerSecret('hunter22');
  const cause = withCode('ECONNRESET', 'read ECONNRESET password=hunter22');
  const error = unobservable(cause, 'query telemetry');
  expect(error.message).toBe('query telemetry: read ECONNRESET password=***');
  expect(error.cause).toBe(cause);
});
