import type { Duplex, Readable, Writable } from 'node:stream';
import type { Command } from '../../program.ts';
import { describing, listingOf, relationKinds } from './describe.ts';
import { type Options, readOptions, UsageError } from './options.ts';
import { ConnectionRefused, Session } from './session.ts';
import { piecesOf } from './statements.ts';
import { type Format, printed, type Result } from './table.ts';
import { wordsOf } from './words.ts';

/** Where psql may connect: the server beside it, which trusts whoever is in the pod, or another by its address. */
export interface Servers {
  /** A connection to the server beside, and the password that opens it for every role. */
  local(): { readonly socket: Duplex; readonly password: string };
  remote(host: string, port: number): Promise<Duplex>;
}

const failed = 1;
const noConnection = 2;
const stoppedByError = 3;

/**
 * `psql` as operators use it: -c, statements on standard input, a prompt with a terminal; tables aligned, expanded,
 * unaligned and as CSV; \d, \dt, \l and their like. What it lacks it refuses.
 */
export function psql(servers: Servers): Command {
  return async ([, ...args], { stdin, stdout, stderr, tty }, { env }) => {
    let options: Options;
    try {
      options = readOptions(args);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      stderr.write(`${error.message}\n`);
      return failed;
    }
    if (options.only === 'version') {
      stdout.write('psql (PostgreSQL) 17.5\n');
      return 0;
    }
    const user = options.user ?? env.PGUSER ?? 'root';
    const fallback = options.only === 'databases' ? 'postgres' : user;
    const database = options.database ?? env.PGDATABASE ?? fallback;
    const session = await open(servers, options, { user, database, env }, stderr);
    if (!session) return noConnection;
    const shell = new Shell(session, options, stdout, stderr);
    try {
      if (options.only === 'databases') return (await shell.run('\\l')) ? 0 : failed;
      if (options.commands) return (await shell.all(options.commands)) ? 0 : failed;
      return await (tty ? shell.prompt(stdin) : shell.script(stdin));
    } catch (error) {
      if (!(error instanceof ConnectionRefused)) throw error;
      stderr.write(
        `${error.message}\n\tThis probably means the server terminated abnormally\n\tbefore or while processing the request.\n`,
      );
      return noConnection;
    } finally {
      session.close();
    }
  };
}

interface Wanted {
  readonly user: string;
  readonly database: string;
  readonly env: Readonly<Record<string, string>>;
}

async function open(
  servers: Servers,
  { host, port }: Options,
  wanted: Wanted,
  stderr: Writable,
): Promise<Session | undefined> {
  const { user, database, env } = wanted;
  const isLocal = host === undefined || host.startsWith('/') || host === 'localhost' || host === '127.0.0.1';
  const where = isLocal
    ? `connection to server on socket "/var/run/postgresql/.s.PGSQL.${port}"`
    : `connection to server at "${host}", port ${port}`;
  try {
    const { socket, password } = isLocal
      ? servers.local()
      : { socket: await servers.remote(host, port), password: env.PGPASSWORD ?? '' };
    return await Session.connect(socket, { user, database, password });
  } catch (error) {
    const words =
      error instanceof ConnectionRefused
        ? error.message
        : `${(error as Error).message}\n\tIs the server running on that host and accepting TCP/IP connections?`;
    stderr.write(`psql: error: ${where} failed: ${words}\n`);
    return undefined;
  }
}

/** int8, int2, int4, oid, float4, float8, numeric, money: aligned right. */
const numericTypes: ReadonlySet<number> = new Set([20, 21, 23, 26, 700, 701, 1700, 790]);

class Shell {
  readonly #session: Session;
  readonly #quiet: boolean;
  readonly #stopOnError: boolean;
  readonly #stdout: Writable;
  readonly #stderr: Writable;
  #format: Format;
  #quit = false;

  constructor(session: Session, { format, quiet, stopOnError }: Options, stdout: Writable, stderr: Writable) {
    this.#session = session;
    this.#format = format;
    this.#quiet = quiet;
    this.#stopOnError = stopOnError;
    this.#stdout = stdout;
    this.#stderr = stderr;
  }

  /** Each in turn; whether the last one that ran succeeded. An error does not keep the next from running, unless asked to. */
  async all(commands: readonly string[]): Promise<boolean> {
    let succeeded = true;
    for (const command of commands) {
      succeeded = await this.run(command.trim());
      if (this.#quit || (!succeeded && this.#stopOnError)) break;
    }
    return succeeded;
  }

  /** One -c, statement or backslash command; false when it failed. */
  run(text: string): Promise<boolean> {
    return text.startsWith('\\') ? this.#command(text) : this.#query(text);
  }

  /** Standard input to its end. An error does not stop it, unless asked to. */
  async script(stdin: Readable): Promise<number> {
    let unfinished = '';
    for await (const lines of wholeLines(stdin)) {
      const { pieces, rest } = piecesOf(unfinished + lines);
      unfinished = rest;
      for (const { text } of pieces) {
        if (!(await this.run(text)) && this.#stopOnError) return stoppedByError;
        if (this.#quit) return 0;
      }
    }
    return !(await this.run(unfinished.trim())) && this.#stopOnError ? stoppedByError : 0;
  }

  /** A prompt, line by line, until \q or the end of input. */
  async prompt(stdin: Readable): Promise<number> {
    this.#stdout.write(`psql (${this.#session.serverVersion})\nType "help" for help.\n\n${this.#ask('')}`);
    let unfinished = '';
    for await (const lines of wholeLines(stdin)) {
      for (const line of lines.split(/(?<=\n)/)) {
        if (unfinished.trim() === '' && /^\s*(exit|quit)\s*;?\s*$/.test(line)) return 0;
        const { pieces, rest } = piecesOf(unfinished + line);
        unfinished = rest;
        for (const { text } of pieces) {
          await this.run(text);
          if (this.#quit) return 0;
        }
        this.#stdout.write(this.#ask(unfinished));
      }
    }
    this.#stdout.write('\\q\n');
    return 0;
  }

  #ask(rest: string): string {
    const { status, database, user } = this.#session;
    const transaction = status === 'I' ? '' : status === 'T' ? '*' : '!';
    return `${database}${rest.trim() === '' ? '=' : '-'}${transaction}${user === 'postgres' ? '#' : '>'} `;
  }

  async #query(sql: string): Promise<boolean> {
    if (sql === '') return true;
    let result: { columns: Result['columns']; rows: (readonly (string | null)[])[] } | undefined;
    let succeeded = true;
    let copied = false;
    for await (const answer of this.#session.query(sql)) {
      if (answer.type === 'columns') {
        const columns = answer.columns.map(({ name, typeId }) => ({ name, right: numericTypes.has(typeId) }));
        result = { columns, rows: [] };
      } else if (answer.type === 'row') result?.rows.push(answer.cells);
      else if (answer.type === 'copied') {
        copied = true;
        this.#stdout.write(answer.bytes);
      } else if (answer.type === 'complete') {
        if (result) this.#stdout.write(printed(result, this.#format));
        // A SELECT's tag shows only where it has no columns; what RETURNING brought comes before the tag of its command.
        const isTold = !result || !/^(SELECT|SHOW|EXPLAIN|FETCH|VALUES|TABLE|WITH)/.test(answer.tag);
        if (isTold && !copied && !this.#quiet) this.#stdout.write(`${answer.tag}\n`);
        result = undefined;
        copied = false;
      } else {
        this.#stderr.write(wordsOf(answer.words, sql));
        if (answer.type === 'error') succeeded = false;
      }
    }
    return succeeded;
  }

  async #command(text: string): Promise<boolean> {
    const [command = '', argument] = text.replace(/;\s*$/, '').split(/\s+/);
    const listing =
      command === '\\d' && argument !== undefined ? undefined : listingOf(command.replace(/\+$/, ''), argument);
    if (listing) return this.#list(listing);
    switch (command.replace(/\+$/, '')) {
      case '\\d':
        return this.#describe(argument ?? '');
      case '\\q':
        this.#quit = true;
        return true;
      case '\\x':
        this.#format = {
          ...this.#format,
          expanded: argument === undefined ? !this.#format.expanded : argument === 'on',
        };
        this.#say(`Expanded display is ${this.#format.expanded ? 'on' : 'off'}.`);
        return true;
      case '\\conninfo': {
        const { database, user } = this.#session;
        this.#say(
          `You are connected to database "${database}" as user "${user}" via socket in "/var/run/postgresql" at port "5432".`,
        );
        return true;
      }
      default:
        this.#stderr.write(
          `invalid command ${command}: this replica's psql has \\d \\dt \\di \\dv \\dn \\du \\dx \\l \\x \\conninfo \\q\n`,
        );
        return false;
    }
  }

  #say(words: string): void {
    if (!this.#quiet) this.#stdout.write(`${words}\n`);
  }

  async #list({ title, sql, nothing }: NonNullable<ReturnType<typeof listingOf>>): Promise<boolean> {
    const result = await this.#catalog(sql);
    if (!result) return false;
    if (result.rows.length === 0 && nothing !== undefined) {
      this.#stderr.write(`${nothing}\n`);
      return true;
    }
    this.#stdout.write(printed({ ...result, title }, this.#format));
    return true;
  }

  async #describe(pattern: string): Promise<boolean> {
    const found = await this.#catalog(describing.relations(pattern));
    if (!found) return false;
    if (found.rows.length === 0) {
      this.#stderr.write(`Did not find any relation named "${pattern}".\n`);
      return false;
    }
    for (const [oid, schema, name, kind] of found.rows) {
      const columns = await this.#catalog(describing.columns(oid ?? ''));
      const footers = await this.#catalog(describing.footers(oid ?? ''));
      if (!columns || !footers) return false;
      const title = `${relationKinds[kind ?? ''] ?? 'Relation'} "${schema}.${name}"`;
      const lines = footers.rows.map(([line]) => line ?? '');
      this.#stdout.write(printed({ ...columns, title, footers: lines }, { ...this.#format, tuplesOnly: false }));
    }
    return true;
  }

  /** A question to the catalog; undefined when it failed, its error printed. */
  async #catalog(sql: string): Promise<Result | undefined> {
    let columns: Result['columns'] = [];
    const rows: (readonly (string | null)[])[] = [];
    for await (const answer of this.#session.query(sql)) {
      if (answer.type === 'columns')
        columns = answer.columns.map(({ name, typeId }) => ({ name, right: numericTypes.has(typeId) }));
      else if (answer.type === 'row') rows.push(answer.cells);
      else if (answer.type === 'error') {
        this.#stderr.write(wordsOf(answer.words, sql));
        columns = [];
      }
    }
    return columns.length === 0 ? undefined : { columns, rows };
  }
}

/** What comes, cut at line feeds; the last line may lack its own. */
async function* wholeLines(stream: Readable): AsyncGenerator<string> {
  let begun = '';
  for await (const chunk of stream.setEncoding('utf8')) {
    const text = begun + chunk;
    const end = text.lastIndexOf('\n') + 1;
    begun = text.slice(end);
    if (end > 0) yield text.slice(0, end);
  }
  if (begun !== '') yield begun;
}
