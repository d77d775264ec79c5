import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { notify } from './notify.ts';

let server: Server;
let answers: number[];
let bodies: string[];

beforeEach(async () => {
  answers = [];
  bodies = [];
  server = createServer(async (request, response) => {
    bodies.push((await Array.fromAsync(request)).join(''));
    response.writeHead(answers.shift() ?? 200, { location: 'http://127.0.0.1:1/' }).end('well');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => server.close());

const path = '/services/T0/very-secret-part?key=also-secret';
const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
const quick = { retries: 3, firstWaitMs: 1, timeoutMs: 5000 };

test('the message is posted as JSON, once', async () => {
  expect(await notify(url(), { decision: 'GO' }, quick)).toBeUndefined();
  expect(bodies).toEqual(['{"decision":"GO"}']);
});

test.each([500, 503, 429, 408])('after %i it is posted again', async (status) => {
  answers = [status, status];
  expect(await notify(url(), {}, quick)).toBeUndefined();
  expect(bodies).toHaveLength(3);
});

test('what is refused is not posted again', async () => {
  answers = [403];
  expect(await notify(url(), {}, quick)).toBe('the webhook was not told: it answered 403');
  expect(bodies).toHaveLength(1);
});

test('after so many attempts it is given up', async () => {
  answers = [500, 500, 500, 500, 500];
  expect(await notify(url(), {}, quick)).toBe('the webhook was not told: it answered 500');
  expect(bodies).toHaveLength(4);
});

test('it goes to no other address than the one that was configured', async () => {
  answers = [307, 307, 307, 307];
  expect(await notify(url(), {}, quick)).toMatch(/the webhook was not told/);
});

test('words about a failure do not tell the URL', async () => {
  const gone = url();
  await new Promise((closed) => server.close(closed));
  const refused = await notify(gone, {}, quick);
  expect(refused).toMatch(/the webhook was not told: .*(ECONNREFUSED|refused)/);
  for (const told of [refused, await notify('no url with very-secret-part', {}, quick)]) {
    expect(told).not.toMatch(/very-secret-part|also-secret/);
  }
});
