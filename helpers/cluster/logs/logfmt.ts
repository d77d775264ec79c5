/**
 * The members of a line in logfmt (`level=error msg="with blanks" key=value`), quotes and their escapes resolved.
 * Undefined when the line is none: anything that is not a name and a value, from the first character to the last.
 */
export function logfmt(line: string): Record<string, string> | undefined {
  const members: Record<string, string> = Object.create(null);
  const member = /\s*([^\s="]+)(?:=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*)))?(?=\s|$)/y;
  let assigned = false;
  while (member.lastIndex < line.length) {
    const found = member.exec(line);
    if (!found) return undefined;
    const [whole, name = '', quoted, bare] = found;
    // A name without a value is allowed within (`caller=x retry`), but a line that begins with one is prose.
    if (!whole.includes('=') && !assigned) return undefined;
    assigned = true;
    members[name] ??= quoted === undefined ? (bare ?? '') : unescaped(quoted);
  }
  return assigned ? members : undefined;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, character: string) =>
    character === 'n' ? '\n' : character === 't' ? '\t' : character,
  );
}
