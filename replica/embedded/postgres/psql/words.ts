import type { ServerWords } from './session.ts';

/** An error or a notice as psql prints it: message, the line it points at, detail, hint, context. */
export function wordsOf(words: ServerWords, sql: string): string {
  const lines = [`${words.S ?? 'ERROR'}:  ${words.M ?? ''}`];
  if (words.P !== undefined) lines.push(...pointer(sql, Number(words.P)));
  else if (words.p !== undefined && words.q !== undefined) lines.push(...pointer(words.q, Number(words.p)));
  if (words.D !== undefined) lines.push(`DETAIL:  ${words.D}`);
  if (words.H !== undefined) lines.push(`HINT:  ${words.H}`);
  if (words.q !== undefined) lines.push(`QUERY:  ${words.q}`);
  if (words.W !== undefined) lines.push(`CONTEXT:  ${words.W}`);
  return `${lines.join('\n')}\n`;
}

const displayed = 60;
const leastRight = 10;

/** `LINE 1: …` with a mark below the position, which counts characters from 1; a long line is cut around it as libpq does. */
function pointer(sql: string, position: number): [string, string] {
  const characters = [...sql.replaceAll('\t', ' ')];
  const at = position - 1;
  const before = characters.slice(0, at);
  const number = before.filter((each) => each === '\n').length + 1;
  let begin = before.lastIndexOf('\n') + 1;
  const found = characters.indexOf('\n', at);
  let end = found < 0 ? characters.length : found;
  let [cutLeft, cutRight] = [false, false];
  if (end - begin > displayed) {
    if (begin + displayed >= at + leastRight) {
      end = begin + displayed;
      cutRight = true;
    } else {
      cutRight = at + leastRight < end;
      end = Math.min(end, at + leastRight);
      cutLeft = end - begin > displayed;
      begin = Math.max(begin, end - displayed);
    }
  }
  const prefix = `LINE ${number}: ${cutLeft ? '...' : ''}`;
  const line = `${prefix}${characters.slice(begin, end).join('')}${cutRight ? '...' : ''}`;
  return [line, `${' '.repeat(prefix.length + at - begin)}^`];
}
