/** Users of a file with lines `name:password`; empty lines and comments are left out. */
export function parseUsers(text: string): Map<string, string> {
  const users = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (line.startsWith('#') || colon <= 0) continue;
    users.set(line.slice(0, colon).trim(), line.slice(colon + 1).trim());
  }
  return users;
}
