import type { Duplex, Readable, Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import pg from 'pg';
import type { Command } from '../program.ts';
import { alignedTable } from './psql-table.ts';

/**
 * `psql` as the plan uses it: -U, -d, -h, -p, -c (several), -t, -A, -q, statements on standard input. Connects within
 * the pod, where the official image trusts local users.
 */
export function psql(connect: () => Duplex, password: string): Command {
  return async (argv, io) => {
    const { values, positionals } = parseArgs({ args: [...argv.slice(1)], allowPositionals: true, options });
    const wanted = values.dbname ?? positionals[0] ?? values.username ?? 'postgres';
    const client = new pg.Client({ stream: connect, user: values.username ?? 'postgres', password, database: wanted });
    try {
      await client.connect();
    } catch (error) {
      io.stderr.write(
        `psql: error: connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: FATAL:  ${words(error)}\n`,
      );
      return 2;
    }
    try {
      const commands = values.command ?? [await text(io.stdin)];
      for (const command of commands) {
        if (!(await run(client, command, io, { tuplesOnly: values['tuples-only'], aligned: !values['no-align'] })))
          return 1;
      }
      return 0;
    } finally {
      await client.end();
    }
  };
}

const options = {
  username: { type: 'string', short: 'U' },
  dbname: { type: 'string', short: 'd' },
  host: { type: 'string', short: 'h' },
  port: { type: 'string', short: 'p' },
  command: { type: 'string', short: 'c', multiple: true },
  'tuples-only': { type: 'boolean', short: 't', default: false },
  'no-align': { type: 'boolean', short: 'A', default: false },
  quiet: { type: 'boolean', short: 'q', default: false },
  'no-psqlrc': { type: 'boolean', short: 'X', default: false },
  set: { type: 'string', short: 'v', multiple: true },
} as const;

interface Format {
  readonly tuplesOnly: boolean;
  readonly aligned: boolean;
}

async function run(
  client: pg.Client,
  sql: string,
  io: { stdout: Writable; stderr: Writable },
  format: Format,
): Promise<boolean> {
  try {
    // Values as the server writes them: psql shows text, not what a client library makes of it.
    const answer = await client.query({
      text: sql,
      rowMode: 'array',
      types: { getTypeParser: () => (value: string) => value },
    });
    for (const result of Array.isArray(answer) ? answer : [answer]) io.stdout.write(show(result, format));
    return true;
  } catch (error) {
    io.stderr.write(`ERROR:  ${words(error)}\n`);
    return false;
  }
}

function show(result: pg.QueryArrayResult, { tuplesOnly, aligned }: Format): string {
  if (result.fields.length === 0) return result.command ? `${commandTag(result)}\n` : '';
  const rows = result.rows.map((row: unknown[]) => row.map((cell) => (cell === null ? '' : String(cell))));
  if (!aligned) return rows.map((row) => `${row.join('|')}\n`).join('');
  return alignedTable(
    result.fields.map(({ name, dataTypeID }) => ({ name, right: numericTypes.has(dataTypeID) })),
    rows,
    { tuplesOnly },
  );
}

/** int8, int2, int4, oid, float4, float8, numeric: psql aligns them right. */
const numericTypes = new Set([20, 21, 23, 26, 700, 701, 1700]);

function commandTag({ command, rowCount }: pg.QueryArrayResult): string {
  if (command === 'INSERT') return `INSERT 0 ${rowCount ?? 0}`;
  return ['UPDATE', 'DELETE', 'SELECT'].includes(command) ? `${command} ${rowCount ?? 0}` : command;
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function text(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
