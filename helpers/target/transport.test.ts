import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { generate } from 'selfsigned';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Unobservable } from '../unobservable.ts';
import { ApiAnswer } from './answer.ts';
import { FakeApi, json, statusBody } from './testing/fake-api.ts';
import { ApiTransport, WriteRefused } from './transport.ts';

let api: FakeApi;
let transport: ApiTransport;
const pods = '/api/v1/namespaces/timescaledb/pods';

beforeEach(async () => {
  api = await FakeApi.start();
  transport = new ApiTransport(api.kubeConfig(), 5);
});

afterEach(async () => {
  transport.close();
  await api[Symbol.asyncDispose]();
});

function get(path = pods): Promise<unknown> {
  return transport.getText(new URL(api.server + path));
}

async function failure(promise: Promise<unknown>): Promise<Unobservable> {
  const error = await promise.then(
    () => expect.unreachable('it did not throw'),
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(Unobservable);
  return error;
}

/** A transport with another deadline, for what is expected to last until it. */
function impatient(seconds: number): void {
  transport.close();
  transport = new ApiTransport(api.kubeConfig(), seconds);
}

test('answers with status, headers and body, and sends the token', async () => {
  let authorization: string | undefined;
  api.answer = (response, _url, request) => {
    authorization = request.headers.authorization;
    json(response, 200, { items: [] });
  };
  expect(await get()).toMatchObject({ status: 200, body: '{"items":[]}' });
  expect(authorization).toBe('Bearer token-of-the-verifier');
});

test('keeps its connection from call to call', async () => {
  api.answer = (response) => json(response, 200, {});
  for (let call = 0; call < 5; call++) await get();
  expect(api.connections).toBe(1);
});

test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'])('refuses %s before anything is sent', async (method) => {
  await expect(transport.getText(new URL(api.server + pods), { method })).rejects.toThrow(WriteRefused);
  await expect(transport.getStream(new URL(api.server + pods), { method })).rejects.toThrow(WriteRefused);
  expect(api.requests).toEqual([]);
});

test('asks what this user may do by a POST that writes nothing, and gives the answer', async () => {
  let asked: unknown;
  api.answer = async (response, _url, request) => {
    asked = JSON.parse(await text(request));
    json(response, 201, { status: { allowed: true } });
  };
  const spec = { resourceAttributes: { verb: 'list', resource: 'pods', namespace: 'x' } };
  expect(await transport.ask('SelfSubjectAccessReview', spec)).toEqual({ allowed: true });
  expect(asked).toEqual({ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec });
  expect(api.requests).toEqual(['POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews']);
});

test('a question that may not be asked says so', async () => {
  api.answer = (response) => json(response, 403, statusBody(403, 'Forbidden', 'no'));
  const error = await failure(transport.ask('SelfSubjectReview', {}));
  expect(error.kind).toBe('forbidden');
  expect(error.message).toMatch(/^create selfsubjectreviews\.authentication\.k8s\.io/);
});

describe('what the answer means', () => {
  test('401: unauthorized, with what to do', async () => {
    api.answer = (response) => json(response, 401, statusBody(401, 'Unauthorized', 'Unauthorized'));
    const error = await failure(get());
    expect(error.kind).toBe('unauthorized');
    expect(error.hint).toMatch(/expired/);
    expect(api.requests).toHaveLength(1);
  });

  test('403: forbidden, with verb, resource, namespace and the rule that is missing', async () => {
    const words = 'pods is forbidden: User "verifier" cannot list resource "pods"';
    api.answer = (response) => json(response, 403, statusBody(403, 'Forbidden', words));
    const error = await failure(get());
    expect(error.kind).toBe('forbidden');
    expect(error.message).toContain('list pods in namespace timescaledb');
    expect(error.hint).toBe(
      'grant it in a Role in namespace timescaledb: {apiGroups: [""], resources: ["pods"], verbs: ["list"]}',
    );
    expect(api.requests).toHaveLength(1);
  });

  test('404 of an object is an answer', async () => {
    api.answer = (response) => json(response, 404, statusBody(404, 'NotFound', 'pods "x" not found', { name: 'x' }));
    await expect(get(`${pods}/x`)).rejects.toThrow(ApiAnswer);
    await expect(get(`${pods}/x`)).rejects.toMatchObject({ status: 404, reason: 'NotFound' });
  });

  test('404 of a resource that the server does not have is unsupported', async () => {
    api.answer = (response) => response.writeHead(404).end('404 page not found\n');
    const error = await failure(get('/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations'));
    expect(error.kind).toBe('unsupported');
    expect(error.message).toContain('kustomizations.kustomize.toolkit.fluxcd.io');
  });

  test('a proxy that answers in HTML is quoted by its first line', async () => {
    api.answer = (response) => response.writeHead(403).end('<html>blocked</html>\nmore');
    expect((await failure(get())).message).toContain('403 <html>blocked</html>)');
  });
});

describe('429 and 5xx', () => {
  test.each([429, 500, 502, 503, 504])('%d is tried again', async (status) => {
    api.answer = (response) => (api.requests.length < 3 ? json(response, status, {}) : json(response, 200, {}));
    expect(await get()).toMatchObject({ status: 200 });
    expect(api.requests).toHaveLength(3);
  });

  test('not before the seconds of Retry-After', async () => {
    const times: number[] = [];
    api.answer = (response) => {
      times.push(performance.now());
      if (times.length === 1) json(response, 429, {}, { 'retry-after': '1' });
      else json(response, 200, {});
    };
    await get();
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(990);
  });

  test('a Retry-After beyond the deadline is not waited for', async () => {
    api.answer = (response) =>
      json(response, 429, statusBody(429, 'TooManyRequests', 'slow down'), { 'retry-after': '600' });
    const error = await failure(get());
    expect(error.kind).toBe('throttled');
    expect(error.message).toContain('429 slow down');
    expect(api.requests).toHaveLength(1);
  });

  test('a server that answers is given longer than one that is silent', async () => {
    // No two attempts are more than a second apart, so that one falls between the first deadline and the second.
    impatient(2);
    const first = performance.now();
    api.answer = (response) => json(response, performance.now() - first < 2200 ? 503 : 200, {});
    expect(await get()).toMatchObject({ status: 200 });
  });

  test('a storm is throttled in the end, within twice the deadline', async () => {
    impatient(0.5);
    api.answer = (response) => json(response, 500, statusBody(500, 'InternalError', 'etcdserver: request timed out'));
    const startedAt = performance.now();
    const error = await failure(get());
    expect(error.kind).toBe('throttled');
    expect(error.message).toContain('500 etcdserver: request timed out');
    expect(api.requests.length).toBeGreaterThan(1);
    expect(performance.now() - startedAt).toBeLessThan(3000);
  });
});

describe('no answer', () => {
  test('a server that hangs is a time-out', async () => {
    impatient(0.1);
    api.answer = () => {};
    const error = await failure(get());
    expect(error.kind).toBe('timeout');
    expect(error.message).toContain(`list pods in namespace timescaledb at ${api.server}: no answer within 0.1 s`);
  });

  test('a server that hangs in the middle of its answer is a time-out', async () => {
    impatient(0.1);
    api.answer = (response) => response.writeHead(200).write('{"items":');
    expect((await failure(get())).kind).toBe('timeout');
  });

  test('a server that hangs before the head of a stream is a time-out', async () => {
    impatient(0.1);
    api.answer = () => {};
    expect((await failure(transport.getStream(new URL(api.server + pods)))).kind).toBe('timeout');
  });

  test('a stream may last longer than the deadline', async () => {
    impatient(0.2);
    api.answer = (response) => {
      response.writeHead(200).write('a');
      setTimeout(() => response.end('b'), 400);
    };
    expect(await text(await transport.getStream(new URL(api.server + pods)))).toBe('ab');
  });

  test('a refused connection is unreachable, at once', async () => {
    await api[Symbol.asyncDispose]();
    const error = await failure(get());
    expect(error.kind).toBe('unreachable');
    expect(error.message).toMatch(/ECONNREFUSED/);
    expect(error.hint).toMatch(/cluster is up/);
  });

  test('a name that cannot be resolved is unreachable', async () => {
    transport = new ApiTransport(api.kubeConfig({ server: 'https://nowhere.invalid:6443' }), 5);
    const error = await failure(transport.getText(new URL(`https://nowhere.invalid:6443${pods}`)));
    expect(['unreachable', 'timeout']).toContain(error.kind);
  });

  test('a connection cut in the middle of an answer is unreachable', async () => {
    api.answer = (response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{');
      setImmediate(() => response.destroy());
    };
    expect((await failure(get())).kind).toBe('unreachable');
  });

  test('another authority than the kubeconfig trusts is a certificate problem, in words', async () => {
    const other = await generate([{ name: 'commonName', value: 'other' }], { keyType: 'ec' });
    transport = new ApiTransport(api.kubeConfig({ ca: other.cert }), 5);
    const error = await failure(get());
    expect(error.kind).toBe('unreachable');
    expect(error.message).toMatch(
      /the server's certificate is a problem: it is self-signed and not the one that the kubeconfig trusts/,
    );
    expect(error.hint).toMatch(/certificate-authority-data/);
  });

  test('a certificate made out to another name is a certificate problem', async () => {
    transport = new ApiTransport(api.kubeConfig(), 5);
    const error = await failure(transport.getText(new URL(`https://localhost:${api.port}${pods}`)));
    expect(error.message).toMatch(/certificate is a problem: it is made out to another name/);
  });

  test('a server that speaks no TLS is unreachable', async () => {
    const { createServer } = await import('node:net');
    const plain = createServer((socket) => socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(
      0,
      '127.0.0.1',
    );
    await once(plain, 'listening');
    const address = plain.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const error = await failure(transport.getText(new URL(`https://127.0.0.1:${port}${pods}`)));
    expect(error).toMatchObject({ kind: 'unreachable' });
    expect(error.message).toContain('no TLS connection came about');
    plain.close();
  });
});

test('the token never stands in an error', async () => {
  api.answer = (response, _url, request) =>
    json(response, 401, statusBody(401, 'Unauthorized', `bad: ${request.headers.authorization}`));
  expect((await failure(get())).message).not.toContain('token-of-the-verifier');
});

describe('closing', () => {
  test('ends what is under way, and leaves no socket', async () => {
    api.answer = () => transport.close();
    const error = await failure(get());
    expect(error.message).toContain('the target was closed');
    await Promise.all([...api.sockets].map((socket) => once(socket, 'close')));
    expect(api.sockets.size).toBe(0);
  });

  test('the caller’s signal ends a call with its own reason', async () => {
    const caller = new AbortController();
    const reason = new Error('ctrl-C');
    api.answer = () => caller.abort(reason);
    await expect(transport.getText(new URL(api.server + pods), { signal: caller.signal })).rejects.toBe(reason);
  });
});
