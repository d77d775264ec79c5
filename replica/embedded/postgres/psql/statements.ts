/** What psql makes of its input, a piece at a time: statements for the server, backslash commands for itself. */
export interface Piece {
  readonly kind: 'statement' | 'command';
  readonly text: string;
}

/** Parts of SQL within which a semicolon or a backslash means nothing. */
const opaque: readonly RegExp[] = [
  /'(?:[^']|'')*'?/y,
  /"(?:[^"]|"")*"?/y,
  /\$([A-Za-z_]\w*)?\$[\s\S]*?(?:\$\1\$|$)/y,
  /--[^\n]*/y,
  /\/\*[\s\S]*?(?:\*\/|$)/y,
];

/**
 * Cuts input into pieces. `rest` is what is not complete yet: a statement without its semicolon; at the end of input
 * psql sends that too.
 */
export function piecesOf(input: string): { readonly pieces: readonly Piece[]; readonly rest: string } {
  const pieces: Piece[] = [];
  let begin = 0;
  let at = 0;
  let depth = 0;
  while (at < input.length) {
    const skipped = opaque.map((pattern) => matchAt(pattern, input, at)).find((length) => length > 0);
    if (skipped !== undefined) {
      at += skipped;
      continue;
    }
    const character = input[at];
    if (character === '(') depth += 1;
    if (character === ')') depth = Math.max(0, depth - 1);
    if (character === '\\' && input.slice(begin, at).trim() === '') {
      const found = input.indexOf('\n', at);
      const end = found < 0 ? input.length : found;
      pieces.push({ kind: 'command', text: input.slice(at, end).trim() });
      at = end;
      begin = end;
      continue;
    }
    at += 1;
    if (character === ';' && depth === 0) {
      const text = input.slice(begin, at).trim();
      if (text !== ';') pieces.push({ kind: 'statement', text });
      begin = at;
    }
  }
  return { pieces, rest: withoutComments(input.slice(begin)) === '' ? '' : input.slice(begin) };
}

function matchAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}

function withoutComments(text: string): string {
  return text.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, '').trim();
}
