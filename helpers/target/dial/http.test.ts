import { createServer, type RequestListener } from 'node:http';
import { expect, test } from 'vitest';
import { type FakeTarget, startTarget } from '../testing/fake-target.ts';
import { getHttp } from './http.ts';

/** A program in the pod that speaks HTTP. */
function startHttp(answer: RequestListener, deadlineSeconds = 5): Promise<FakeTarget> {
  const server = createServer(answer);
  return startTarget((socket) => server.emit('connection', socket), { deadlineSeconds });
}

test.each([200, 404, 503])('status %d is an answer, with its body', async (status) => {
  await using fake = await startHttp((request, response) => response.writeHead(status).end(`about ${request.url}`));
  expect(await getHttp(fake.target, fake.service, '/ready')).toMatchObject({ status, body: 'about /ready' });
});

test('headers go along', async () => {
  await using fake = await startHttp((request, response) => response.end(request.headers.authorization));
  const answer = await getHttp(fake.target, fake.service, '/api/v1/rules', { authorization: 'Basic eDp5' });
  expect(answer.body).toBe('Basic eDp5');
});

test('a body of megabytes, and letters that chunks cut in two', async () => {
  const body = 'é漢'.repeat(500_000);
  await using fake = await startHttp((_request, response) => response.end(body));
  expect((await getHttp(fake.target, fake.service, '/metrics')).body === body).toBe(true);
});

test.each([
  ['before its head', () => {}],
  ['in the middle of its body', (_request, response) => response.writeHead(200).write('half')],
] satisfies [string, RequestListener][])('a program that hangs %s is a time-out', async (_name, answer) => {
  await using fake = await startHttp(answer, 0.3);
  const error = await getHttp(fake.target, fake.service, '/ready').catch((reason) => reason);
  expect(error).toMatchObject({
    name: 'Unobservable',
    kind: 'timeout',
    message: 'GET /ready on x/s:1234: no answer within 0.3 s',
  });
});

test('a port that refuses says so, in the kubelet’s words', async () => {
  await using fake = await startHttp(() => {});
  const error = await getHttp(fake.target, { namespace: 'x', pod: 's-0', port: 9 }, '/ping').catch((reason) => reason);
  expect(error).toMatchObject({ name: 'Unobservable', kind: 'unreachable' });
  expect(error.message).toMatch(
    /^GET \/ping on x\/pod s-0:9: port-forward .*error forwarding port 9 to pod s-0: .*ECONNREFUSED/,
  );
});

test('a program that hangs up is unreachable, one that speaks no HTTP is not read as an answer', async () => {
  await using silent = await startTarget((socket) => socket.end());
  await expect(getHttp(silent.target, silent.service, '/')).rejects.toMatchObject({
    name: 'Unobservable',
    kind: 'unreachable',
  });
  await using other = await startTarget((socket) => socket.end('SSH-2.0-OpenSSH\r\n'));
  await expect(getHttp(other.target, other.service, '/')).rejects.toMatchObject({ name: 'Unobservable' });
});
