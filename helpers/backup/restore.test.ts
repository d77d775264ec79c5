import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import pg from 'pg';
import { expect, test } from 'vitest';
import { Unobservable } from '../unobservable.ts';
import { type RestoreSession, restore, statementsOnly } from './restore.ts';

const dump = `SET transaction_timeout = 0;
CREATE TABLE t (a int);
ALTER TABLE t OWNER TO somebody;
COPY t (a) FROM stdin;
1
\\.
`;

/** A server that refuses what `refusal` has a code for. */
function session(refusal: (sql: string) => string | undefined = () => undefined) {
  const had: string[] = [];
  const take = (sql: string) => {
    const code = refusal(sql);
    if (code === undefined) return void had.push(sql);
    const cause = Object.assign(new pg.DatabaseError(`refused ${code}`, 0, 'error'), { code, severity: 'ERROR' });
    throw new Unobservable('unsupported', `server: ${cause.message}`, { cause });
  };
  const restoring: RestoreSession = {
    statement: async (sql) => take(sql),
    copy: async (sql, rows) => take(`${sql}: ${await buffer(Readable.from(rows))}`),
  };
  return { had, restoring };
}

const run = (restoring: RestoreSession, isTimescale = false) =>
  restore(Readable.from([Buffer.from(dump)]), restoring, { isTimescale, signal: new AbortController().signal });

test('statements and rows reach the server in order', async () => {
  const { had, restoring } = session();
  expect(await run(restoring, true)).toEqual({ leftOut: 0 });
  expect(had).toEqual([
    'SELECT public.timescaledb_pre_restore()',
    'SET transaction_timeout = 0',
    'CREATE TABLE t (a int)',
    'ALTER TABLE t OWNER TO somebody',
    'COPY t (a) FROM stdin: 1\n',
    'SELECT public.timescaledb_post_restore()',
  ]);
});

test('a role or a setting that the server does not have is left out and counted', async () => {
  const { had, restoring } = session((sql) => (/OWNER|timeout/.test(sql) ? '42704' : undefined));
  expect(await run(restoring)).toEqual({ leftOut: 2 });
  expect(had).toHaveLength(2);
});

test('whatever else is refused ends it, in the server’s words', async () => {
  await expect(run(session((sql) => (/CREATE/.test(sql) ? '42704' : undefined)).restoring)).rejects.toThrow(
    'refused 42704 (CREATE TABLE t (a int))',
  );
  await expect(run(session((sql) => (/OWNER/.test(sql) ? '42P01' : undefined)).restoring)).rejects.toThrow('42P01');
});

test('a server that is lost is nobody’s fault', async () => {
  const restoring: RestoreSession = {
    statement: () => Promise.reject(new Unobservable('unreachable', 'connection terminated')),
    copy: async () => {},
  };
  await expect(run(restoring)).rejects.toMatchObject({ name: 'Unobservable', kind: 'unreachable' });
});

test('the replica’s engine says that it takes no rows as COPY has them', async () => {
  const taking = statementsOnly({ query: async () => [] });
  await expect(run(taking)).rejects.toMatchObject({ kind: 'unsupported', hint: expect.stringContaining('Docker') });
});
