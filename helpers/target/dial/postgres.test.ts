import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { Secret } from '../mask.ts';
import { startTarget } from '../testing/fake-target.ts';
import { connectPostgres } from './postgres.ts';

const credentials = { username: 'verifier', password: new Secret('pg-password') };

function message(type: string, ...parts: (Buffer | string)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(`${part}\0`) : part)));
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

const ready = message('Z', Buffer.from('I'));
const authenticated = message('R', Buffer.alloc(4));
const done = message('C', 'DONE');
const failed = (code: string, text: string) =>
  Buffer.concat([message('E', Buffer.concat([Buffer.from(`SERROR\0C${code}\0M${text}\0`), Buffer.alloc(1)])), ready]);

/** What a server answers to a statement; undefined is no answer at all. */
type Script = (sql: string) => Buffer | undefined;

/** A server that knows start-up, simple queries and extended ones without parameters or rows. */
function server(script: Script, startups: string[] = []) {
  return (socket: Socket): void => {
    let pending = Buffer.alloc(0);
    let started = false;
    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= 5) {
        const length = started ? 1 + pending.readInt32BE(1) : pending.readInt32BE(0);
        if (pending.length < length) return;
        const [type, body] = [
          started ? String.fromCharCode(pending[0] ?? 0) : '',
          pending.subarray(started ? 5 : 8, length),
        ];
        pending = pending.subarray(length);
        if (!started) {
          started = true;
          startups.push(body.toString());
          const answer = script('startup') ?? Buffer.alloc(0);
          socket.write(answer.length > 0 ? answer : Buffer.concat([authenticated, ready]));
        } else if (type === 'Q' || type === 'P') {
          const sql = body.toString().split('\0')[type === 'Q' ? 0 : 1] ?? '';
          const answer = script(sql);
          if (answer)
            socket.write(
              type === 'Q' || answer[0] === 69 ? answer : Buffer.concat([message('1'), message('2'), answer]),
            );
        }
      }
    });
  };
}

const fine: Script = (sql) => (sql === 'startup' ? undefined : Buffer.concat([done, ready]));
const config = { database: 'telemetry', credentials: 'telemetry' };

test('each query has a read-only transaction of its own, with time-outs', async () => {
  const asked: string[] = [];
  const startups: string[] = [];
  const record: Script = (sql) => {
    asked.push(sql);
    return fine(sql);
  };
  await using fake = await startTarget(server(record, startups));
  const database = await connectPostgres(fake.target, { ...config, ...fake.service }, credentials);
  asked.splice(0);
  await Promise.all([database.query('SELECT a'), database.query('SELECT b')]);
  const begin = 'BEGIN TRANSACTION READ ONLY; SET LOCAL statement_timeout = 5000; SET LOCAL lock_timeout = 1000';
  expect(asked).toEqual([begin, 'SELECT a', 'COMMIT', begin, 'SELECT b', 'COMMIT']);
  expect(startups[0]).toContain('application_name\0telemetry-verify');
  await database.close();
});

describe('errors', () => {
  test('of the server leave the connection in use', async () => {
    const startups: string[] = [];
    const script: Script = (sql) =>
      sql === 'SELECT nope' ? failed('42501', 'permission denied for table nope') : fine(sql);
    await using fake = await startTarget(server(script, startups));
    const database = await connectPostgres(fake.target, { ...config, ...fake.service }, credentials);
    await expect(database.query('SELECT nope')).rejects.toMatchObject({
      kind: 'forbidden',
      message: 'database telemetry on x/s:1234: permission denied for table nope',
    });
    await database.query('SELECT 1');
    expect(startups).toHaveLength(1);
    await database.close();
  });

  test('a wrong password is unauthorized, and does not stand in the error', async () => {
    await using fake = await startTarget(
      server(() => failed('28P01', 'password authentication failed for user "verifier": pg-password')),
    );
    const error = await connectPostgres(fake.target, { ...config, ...fake.service }, credentials).catch(
      (reason) => reason,
    );
    expect(error).toMatchObject({ name: 'Unobservable', kind: 'unauthorized' });
    expect(error.message).not.toContain('pg-password');
  });

  test('a server that does not answer the connection is a time-out', async () => {
    await using fake = await startTarget(() => {}, { deadlineSeconds: 0.3 });
    await expect(connectPostgres(fake.target, { ...config, ...fake.service }, credentials)).rejects.toMatchObject({
      kind: 'timeout',
    });
  });

  test('a port that refuses is unreachable', async () => {
    await using fake = await startTarget(server(fine), { deadlineSeconds: 0.5 });
    fake.api.forward = (websocket) => websocket.terminate();
    await expect(connectPostgres(fake.target, { ...config, ...fake.service }, credentials)).rejects.toMatchObject({
      kind: 'unreachable',
    });
  });

  test('a query that is never answered is a time-out, and the next one has a new connection', async () => {
    const startups: string[] = [];
    const script: Script = (sql) => (sql === 'SELECT hang' ? undefined : fine(sql));
    await using fake = await startTarget(server(script, startups), { deadlineSeconds: 0.2 });
    const database = await connectPostgres(fake.target, { ...config, ...fake.service }, credentials);
    await expect(database.query('SELECT hang')).rejects.toMatchObject({ kind: 'timeout' });
    await database.query('SELECT 1');
    expect(startups).toHaveLength(2);
    await database.close();
  });

  test('a pod that is replaced under a query: it is asked again on a new connection', async () => {
    const sockets: Socket[] = [];
    const break1st: Script = (sql) => {
      if (sql === 'SELECT a' && sockets.length === 1) sockets[0]?.destroy();
      return fine(sql);
    };
    const serve = server(break1st);
    await using fake = await startTarget((socket) => {
      sockets.push(socket);
      serve(socket);
    });
    const database = await connectPostgres(fake.target, { ...config, ...fake.service }, credentials);
    await database.query('SELECT a');
    expect(sockets).toHaveLength(2);
    await database.close();
  });

  test('a pod that is not there yet is waited for', async () => {
    await using fake = await startTarget(server(fine));
    const { forward } = fake.api;
    let refused = 0;
    fake.api.forward = (websocket, to) => {
      refused += 1;
      if (refused <= 2) websocket.terminate();
      else forward(websocket, to);
    };
    const database = await connectPostgres(fake.target, { ...config, ...fake.service }, credentials);
    await database.query('SELECT 1');
    await database.close();
  });
});
