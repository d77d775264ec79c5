import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Run, World } from '../../testing/world.ts';
import { type PostgresProgram, postgresProgram } from '../program.ts';

/** What is expected here was printed by the real psql 17, with a real server. */
const world = new World();
let cacheDirectory: string;
let postgres: PostgresProgram;
let server: Run;

beforeAll(async () => {
  cacheDirectory = await mkdtemp(join(tmpdir(), 'psql-test-'));
  const sql = [
    `CREATE TABLE reading (time timestamptz NOT NULL, device text, value int DEFAULT 0)`,
    `CREATE INDEX reading_device_time_idx ON reading (device, time DESC)`,
    `CREATE TABLE version (version int PRIMARY KEY, name text)`,
    `INSERT INTO version VALUES (1, 'first')`,
    `CREATE ROLE looker LOGIN PASSWORD 'look'`,
  ];
  postgres = postgresProgram({ cacheDirectory, birth: () => ({ sql }) });
  const env = { POSTGRES_DB: 'telemetry', POSTGRES_PASSWORD: 'all' };
  server = world.run(postgres, { name: 'timescaledb.timescaledb', image: 'postgres:16', env });
  await server.logged('ready to accept connections');
}, 60_000);

afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await postgres[Symbol.asyncDispose]();
  await rm(cacheDirectory, { recursive: true });
});

async function psql(args: readonly string[], { input = '', tty = false } = {}) {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const output = Promise.all([text(stdout), text(stderr)]);
  stdin.end(input);
  const { signal } = new AbortController();
  const command = postgres.commands?.psql;
  const exitCode = await command?.(['psql', ...args], { stdin, stdout, stderr, tty, signal }, server.context);
  stdout.end();
  stderr.end();
  const [out, err] = await output;
  return { exitCode, out, err };
}

const inTelemetry = (...args: string[]) => psql(['-U', 'postgres', '-d', 'telemetry', ...args]);
const lines = (...all: string[]) => `${all.join('\n')}\n`;

describe('tables', () => {
  test.each([
    [
      'numbers to the right, NULL empty',
      `select 1 as a, 'bb' as b, null as c, 2.5 as long_name`,
      [],
      [' a | b  | c | long_name ', '---+----+---+-----------', ' 1 | bb |   |       2.5', '(1 row)', ''],
    ],
    ['no row', 'select 1 where false', [], [' ?column? ', '----------', '(0 rows)', '']],
    [
      'lines within a cell',
      `select E'a\\nb' as x, 2 as yyy`,
      [],
      [' x | yyy ', '---+-----', ' a+|   2', ' b | ', '(1 row)', ''],
    ],
    [
      'lines within the last cell',
      `select 1 as a, E'x\\nyy' as b`,
      [],
      [' a | b  ', '---+----', ' 1 | x +', '   | yy', '(1 row)', ''],
    ],
    ['expanded', `select 1 as a, 'b' as bb`, ['-x'], ['-[ RECORD 1 ]', 'a  | 1', 'bb | b', '']],
    [
      'expanded, wide',
      `select 'a long value' as a_long_name`,
      ['-x'],
      ['-[ RECORD 1 ]-------------', 'a_long_name | a long value', ''],
    ],
    ['expanded, lines within a cell', `select E'a\\nb' as x`, ['-x'], ['-[ RECORD 1 ]', 'x | a       +', '  | b', '']],
    ['unaligned', `select 1 as a, 'b' as b`, ['-A'], ['a|b', '1|b', '(1 row)']],
    ['tuples only', `select 1 as a`, ['-t'], [' 1', '']],
    ['values alone', `select 1 as a, 'b' as b`, ['-tA', '-F', ','], ['1,b']],
    ['CSV', `select 1 as a, 'b,c' as b`, ['--csv'], ['a,b', '1,"b,c"']],
  ])('%s', async (_, sql, flags, expected) => {
    expect(await inTelemetry(...flags, '-c', sql)).toEqual({ exitCode: 0, out: lines(...expected), err: '' });
  });

  test('several statements in one command, and the tags of those that answer nothing', async () => {
    const { out, err } = await inTelemetry(
      '-c',
      'create table t(a int); insert into t values (1), (2); select count(*) from t; drop table t',
    );
    expect(err).toBe('');
    expect(out).toBe(lines('CREATE TABLE', 'INSERT 0 2', ' count ', '-------', '     2', '(1 row)', '', 'DROP TABLE'));
  });
});

describe('errors', () => {
  test.each([
    ['selec 1', ['ERROR:  syntax error at or near "selec"', 'LINE 1: selec 1', '        ^']],
    [
      'select\n  * from nope',
      ['ERROR:  relation "nope" does not exist', 'LINE 2:   * from nope', '                 ^'],
    ],
    [
      `select count(*) from reading where devic = 'x'`,
      [
        'ERROR:  column "devic" does not exist',
        `LINE 1: select count(*) from reading where devic = 'x'`,
        '                                           ^',
        'HINT:  Perhaps you meant to reference the column "reading.device".',
      ],
    ],
    [
      `insert into version values (1, 'x')`,
      [
        'ERROR:  duplicate key value violates unique constraint "version_pkey"',
        'DETAIL:  Key (version)=(1) already exists.',
      ],
    ],
    [
      `select 1 as one, 2 as two, 3 as three, 4 as four, 5 as five, nope as six, 7 as seven, 8 as eight`,
      [
        'ERROR:  column "nope" does not exist',
        'LINE 1: ... one, 2 as two, 3 as three, 4 as four, 5 as five, nope as si...',
        '                                                             ^',
      ],
    ],
  ])('%s', async (sql, expected) => {
    expect(await inTelemetry('-c', sql)).toEqual({ exitCode: 1, out: '', err: lines(...expected) });
  });

  test('what came before an error is shown, and the next -c is run', async () => {
    const commands = ['-tAc', 'select 1; select 1/0', '-c', 'select 3'];
    expect(await inTelemetry(...commands)).toEqual({ exitCode: 0, out: '1\n3\n', err: 'ERROR:  division by zero\n' });
    expect(await inTelemetry(...commands, '-v', 'ON_ERROR_STOP=1')).toMatchObject({ exitCode: 1, out: '1\n' });
  });

  test('a notice is no error', async () => {
    const { exitCode, out, err } = await inTelemetry('-c', 'drop table if exists nope');
    expect({ exitCode, out, err }).toEqual({
      exitCode: 0,
      out: 'DROP TABLE\n',
      err: 'NOTICE:  table "nope" does not exist, skipping\n',
    });
  });

  test.each([
    [['-U', 'postgres', '-d', 'nope'], 'FATAL:  database "nope" does not exist'],
    [['-d', 'telemetry'], 'FATAL:  role "root" does not exist'],
    [['-U', 'postgres'], 'FATAL:  the embedded replica serves no database "postgres" beside "telemetry"'],
  ])('no connection with %j', async (args, words) => {
    const socket = 'psql: error: connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed';
    expect(await psql([...args, '-c', 'select 1'])).toEqual({ exitCode: 2, out: '', err: `${socket}: ${words}\n` });
  });

  test.each([
    ['--foo', `psql: unrecognized option '--foo'`],
    ['-Z', `psql: invalid option -- 'Z'`],
  ])('%s is refused', async (flag, words) => {
    const { exitCode, err } = await inTelemetry(flag);
    expect({ exitCode, err }).toEqual({
      exitCode: 1,
      err: `${words}\npsql: hint: Try "psql --help" for more information.\n`,
    });
  });
});

test('who is in the pod is any role, with its rights', async () => {
  const { exitCode, err } = await psql(['-U', 'looker', 'telemetry', '-c', 'select * from reading']);
  expect({ exitCode, err }).toEqual({ exitCode: 1, err: 'ERROR:  permission denied for table reading\n' });
});

test('the version is that of the server', async () => {
  const { out } = await psql(['--version']);
  expect((await inTelemetry('-tAc', 'show server_version')).out.trim()).toBe(
    out.replace('psql (PostgreSQL) ', '').trim(),
  );
});

describe('backslash commands', () => {
  test('\\dt', async () => {
    const { out } = await inTelemetry('-c', '\\dt');
    const table = [
      '          List of relations',
      ' Schema |  Name   | Type  |  Owner   ',
      '--------+---------+-------+----------',
    ];
    expect(out).toBe(
      lines(...table, ' public | reading | table | postgres', ' public | version | table | postgres', '(2 rows)', ''),
    );
  });

  test('\\d TABLE', async () => {
    const { out } = await inTelemetry('-c', '\\d reading');
    expect(out).toBe(
      lines(
        '                       Table "public.reading"',
        ' Column |           Type           | Collation | Nullable | Default ',
        '--------+--------------------------+-----------+----------+---------',
        ' time   | timestamp with time zone |           | not null | ',
        ' device | text                     |           |          | ',
        ' value  | integer                  |           |          | 0',
        'Indexes:',
        '    "reading_device_time_idx" btree (device, "time" DESC)',
        '',
      ),
    );
    expect(await inTelemetry('-c', '\\d nope')).toMatchObject({
      exitCode: 1,
      err: 'Did not find any relation named "nope".\n',
    });
  });

  test('\\l lists databases, as -l does', async () => {
    const { out } = await inTelemetry('-c', '\\l');
    expect(out).toMatch(/^ telemetry +\| postgres \| UTF8 /m);
    expect((await psql(['-U', 'postgres', '-d', 'telemetry', '-l'])).out).toBe(out);
  });

  test('one that it lacks is said', async () => {
    expect(await inTelemetry('-c', '\\copy reading to x')).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('invalid command \\copy'),
    });
  });
});

describe('standard input', () => {
  const run = (input: string, ...flags: string[]) =>
    psql(['-U', 'postgres', '-d', 'telemetry', '-tA', ...flags], { input });

  test('is cut into statements by its semicolons, but not those within quotes', async () => {
    const { exitCode, out } = await run(`select 'a;b'; -- c;\nselect $x$;$x$;\n\\dt version\nselect 3`);
    expect({ exitCode, out }).toEqual({ exitCode: 0, out: 'a;b\n;\npublic|version|table|postgres\n3\n' });
  });

  test('goes on after an error, unless told to stop', async () => {
    expect(await run('selec 1; select 2;')).toMatchObject({ exitCode: 0, out: '2\n' });
    expect(await run('selec 1; select 2;', '-v', 'ON_ERROR_STOP=1')).toMatchObject({ exitCode: 3, out: '' });
  });

  test('with a terminal there is a prompt that tells where one is', async () => {
    const input = 'begin;\nselect 1\n+ 1;\nselec;\nrollback;\n\\q\nselect 9;\n';
    const { exitCode, out } = await psql(['-U', 'postgres', '-d', 'telemetry', '-tA'], { input, tty: true });
    expect(exitCode).toBe(0);
    expect(out).toBe(
      'psql (17.5)\nType "help" for help.\n\ntelemetry=# BEGIN\ntelemetry=*# telemetry-*# 2\ntelemetry=*# telemetry=!# ROLLBACK\ntelemetry=# ',
    );
  });
});
