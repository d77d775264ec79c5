/** A plain dump of pg_dump, piece by piece, at bounded memory. */
export type Piece =
  /** `-- Dumped from database version 16.4`, without its dashes. */
  | { readonly kind: 'comment'; readonly text: string }
  /** A command of psql's own, which no server understands: `\restrict …`. */
  | { readonly kind: 'meta'; readonly text: string }
  /** Without its semicolon. */
  | { readonly kind: 'statement'; readonly sql: string }
  /** The rows that follow as text; they have to be read before the next piece is asked for. */
  | { readonly kind: 'copy'; readonly sql: string; readonly rows: AsyncIterable<Buffer> };

/** The dump ends in the middle of something. */
export class DumpCut extends Error {
  override readonly name = 'DumpCut';
}

/**
 * Cuts what pg_dump wrote in plain format into its statements and their rows
 * (https://www.postgresql.org/docs/16/app-pgdump.html). Throws `DumpCut` when it ends within one, and what `source` throws.
 */
export async function* dumpPieces(source: AsyncIterable<Buffer>): AsyncGenerator<Piece> {
  const lines = new Lines(source);
  const statements = new StatementReader();
  for (let text = await lines.next(); text !== undefined; text = await lines.next()) {
    let unread = text.toString('utf8');
    while (unread !== '') {
      const { piece, rest } = statements.read(unread);
      unread = rest;
      if (piece === undefined) continue;
      if (piece.kind !== 'statement' || !/^COPY\s[\s\S]+\sFROM\s+stdin$/i.test(piece.sql)) {
        yield piece;
        continue;
      }
      // The rows begin with the line after the statement's.
      lines.unread(Buffer.from(unread.slice(unread.indexOf('\n') + 1)));
      unread = '';
      yield { kind: 'copy', sql: piece.sql, rows: copyRows(lines, piece.sql) };
    }
  }
  if (!statements.isEmpty) throw new DumpCut(`it ends within a statement: ${statements.begun}`);
}

/** Rows as COPY has them, up to the line that ends them. */
async function* copyRows(lines: Lines, sql: string): AsyncGenerator<Buffer> {
  for (let text = await lines.next(); text !== undefined; text = await lines.next()) {
    const end = endOfRows(text);
    if (end === undefined) {
      yield text;
      continue;
    }
    if (end > 0) yield text.subarray(0, end);
    const next = text.indexOf('\n', end);
    if (next !== -1) lines.unread(text.subarray(next + 1));
    return;
  }
  throw new DumpCut(`it ends within the rows of ${sql.split(/\s+/)[1]}`);
}

const lastLine = Buffer.from('\\.\n');
const lastLineWithin = Buffer.from('\n\\.\n');

/** Where the line `\.` begins; undefined where it is not among these lines. */
function endOfRows(text: Buffer): number | undefined {
  if (text.subarray(0, 3).equals(lastLine) || text.equals(lastLine.subarray(0, 2))) return 0;
  const within = text.indexOf(lastLineWithin);
  return within === -1 ? undefined : within + 1;
}

/** Whole lines, as many at a time as there are; the last one may lack its end. */
class Lines {
  readonly #source: AsyncIterator<Buffer>;
  #unread: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  unread(text: Buffer): void {
    this.#unread = Buffer.concat([text, this.#unread]);
  }

  async next(): Promise<Buffer | undefined> {
    const begun: Buffer[] = this.#unread.length > 0 ? [this.#unread] : [];
    this.#unread = Buffer.alloc(0);
    for (let chunk = begun[0]; ; ) {
      const end = chunk === undefined ? -1 : chunk.lastIndexOf('\n');
      if (chunk !== undefined && end !== -1) {
        this.#unread = chunk.subarray(end + 1);
        begun[begun.length - 1] = chunk.subarray(0, end + 1);
        return Buffer.concat(begun);
      }
      const { done, value } = await this.#source.next();
      if (done) return begun.length > 0 ? Buffer.concat(begun) : undefined;
      chunk = value;
      begun.push(chunk);
    }
  }
}

/** What may begin something in which a semicolon ends no statement. */
const special = /['";]|--|\/\*|\$[A-Za-z_]*\$/g;

/** Reads one piece after another from text that comes in whole lines. */
class StatementReader {
  #begun = '';
  /** What ends the quotation or comment that the text is within. */
  #until: string | undefined;

  get isEmpty(): boolean {
    return this.#begun.trim() === '';
  }

  /** The beginning of what is not finished. */
  get begun(): string {
    return this.#begun.trim().slice(0, 60);
  }

  /** The next piece, if the text completes one, and what of the text comes after it. */
  read(text: string): { piece?: Piece; rest: string } {
    if (this.isEmpty) {
      const line = /^\s*(?:--[ \t]*(?<comment>[^\n]*)|(?<meta>\\[^\n]*))(?:\n|$)/.exec(text);
      if (line !== null) {
        this.#begun = '';
        const { comment, meta } = line.groups ?? {};
        const piece: Piece =
          meta === undefined ? { kind: 'comment', text: comment ?? '' } : { kind: 'meta', text: meta };
        return { piece, rest: text.slice(line[0].length) };
      }
    }
    let at = 0;
    for (;;) {
      if (this.#until !== undefined) {
        const end = text.indexOf(this.#until, at);
        if (end === -1) break;
        at = end + this.#until.length;
        this.#until = undefined;
      }
      special.lastIndex = at;
      const found = special.exec(text);
      if (found === null) break;
      at = special.lastIndex;
      const [token] = found;
      if (token === ';') {
        const sql = (this.#begun + text.slice(0, found.index)).trim();
        this.#begun = '';
        return { piece: { kind: 'statement', sql }, rest: text.slice(at) };
      }
      this.#until = token === '--' ? '\n' : token === '/*' ? '*/' : token;
    }
    this.#begun += text;
    return { rest: '' };
  }
}
